/* The one question about a GPIO chip that a file cannot answer, for one process: what the chip is called.
 *
 * LD_PRELOADed into a program that uses rppal. With a file of registers as /dev/gpiomem, an empty file as /dev/gpiochip0
 * and the right line in /proc/cpuinfo, rppal then takes this machine for a Raspberry Pi 4B and works on the file. Kept small
 * on purpose: no interrupts, no lines, every other request goes to the system. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/gpio.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>

int ioctl(int fd, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (request == GPIO_GET_CHIPINFO_IOCTL) {
        struct gpiochip_info *chip = argument;
        memset(chip, 0, sizeof *chip);
        strcpy(chip->name, "gpiochip0");
        strcpy(chip->label, "pinctrl-bcm2711");
        chip->lines = 58;
        return 0;
    }
    int (*real)(int, unsigned long, ...) = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
    return real(fd, request, argument);
}
