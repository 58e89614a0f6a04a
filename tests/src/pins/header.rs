//! A Raspberry Pi 4B made of files, and the hands of whoever stands before it.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::FileExt,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

/// Registers of the BCM2711, as its data sheet numbers them: what pins are for, set, clear, level, resistors.
const GPFSEL0: u64 = 0x00;
const GPSET0: u64 = 0x1c;
const GPCLR0: u64 = 0x28;
const GPLEV0: u64 = 0x34;
const GPPUD_CNTRL_REG0: u64 = 0xe4;

/// How long the kiosk may take for anything.
const PATIENCE: Duration = Duration::from_secs(20);

/// The header's registers.
#[derive(Debug)]
pub(super) struct Header {
    registers: File,
}

/// What a pin is set up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    In,
    Out,
    Else,
}

/// What holds a pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resistor {
    None,
    Up,
    Down,
    Else,
}

impl Header {
    /// Puts the files in place, in this namespace only.
    pub(super) fn enter(folder: &Path) -> io::Result<Header> {
        let (cpu, devices) = (folder.join("cpuinfo"), folder.join("dev"));
        let mut lines = fs::read_to_string("/proc/cpuinfo")?;
        lines.push_str("Revision\t: c03111\n");
        fs::write(&cpu, lines)?;
        mount(&["--bind", &text(&cpu), "/proc/cpuinfo"])?;
        fs::create_dir_all(&devices)?;
        mount(&["-t", "tmpfs", "tmpfs", &text(&devices)])?;
        for usual in ["null", "zero", "random", "urandom"] {
            File::create(devices.join(usual))?;
            mount(&["--bind", &format!("/dev/{usual}"), &text(&devices.join(usual))])?;
        }
        File::create(devices.join("gpiochip0"))?;
        File::create(devices.join("gpiomem"))?.write_all(&[0; 4096])?;
        mount(&["--rbind", &text(&devices), "/dev"])?;
        let registers = File::options().read(true).write(true).open("/dev/gpiomem")?;
        Ok(Header { registers })
    }

    /// A machine that has just been switched on: these pins are high.
    pub(super) fn reset(&self, high: &[u8]) -> io::Result<()> {
        self.registers.write_all_at(&[0; 4096], 0)?;
        high.iter().try_for_each(|pin| self.drive(*pin, Volts::High))
    }

    /// Somebody presses, opens, stands in front.
    pub(super) fn drive(&self, pin: u8, volts: Volts) -> io::Result<()> {
        let now = self.read(GPLEV0)?;
        let bit = 1 << pin;
        self.write(
            GPLEV0,
            match volts {
                Volts::High => now | bit,
                Volts::Low => now & !bit,
            },
        )
    }

    /// Forgets what was driven so far.
    pub(super) fn forget(&self) -> io::Result<()> {
        self.write(GPSET0, 0)?;
        self.write(GPCLR0, 0)
    }

    /// Waits until the kiosk drives a pin.
    pub(super) fn is_driven(&self, pin: u8, volts: Volts) -> io::Result<bool> {
        let register = match volts {
            Volts::High => GPSET0,
            Volts::Low => GPCLR0,
        };
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if self.read(register)? & (1 << pin) != 0 {
                return Ok(true);
            }
            std::thread::yield_now();
        }
        Ok(false)
    }

    pub(super) fn used_as(&self, pin: u8) -> io::Result<Use> {
        let register = self.read(GPFSEL0 + u64::from(pin / 10) * 4)?;
        Ok(match register >> (u32::from(pin % 10) * 3) & 0b111 {
            0b000 => Use::In,
            0b001 => Use::Out,
            _ => Use::Else,
        })
    }

    pub(super) fn held_by(&self, pin: u8) -> io::Result<Resistor> {
        let register = self.read(GPPUD_CNTRL_REG0 + u64::from(pin / 16) * 4)?;
        Ok(match register >> (u32::from(pin % 16) * 2) & 0b11 {
            0b00 => Resistor::None,
            0b01 => Resistor::Up,
            0b10 => Resistor::Down,
            _ => Resistor::Else,
        })
    }

    fn read(&self, register: u64) -> io::Result<u32> {
        let mut word = [0; 4];
        self.registers.read_exact_at(&mut word, register)?;
        Ok(u32::from_ne_bytes(word))
    }

    fn write(&self, register: u64, word: u32) -> io::Result<()> {
        self.registers.write_all_at(&word.to_ne_bytes(), register)
    }
}

/// A pin's voltage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Volts {
    High,
    Low,
}

fn mount(arguments: &[&str]) -> io::Result<()> {
    let output = Command::new("mount").args(arguments).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("`mount {}`: {}", arguments.join(" "), said.trim())))
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
