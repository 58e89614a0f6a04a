/* A disk that can be believed, filled, broken and cut off, for one process: a diary of every write to the files under
 * one folder, of every fsync, and of every renaming and removal.
 *
 * LD_PRELOADed into the program under test. POWERCUT_DIR is the folder, POWERCUT_LOG the diary. The harness kills
 * the process and rebuilds each file from the diary as it was at its last fsync, with nothing or with a torn part of
 * what came later. Kept small on purpose: no memory, no threads, no policy.
 *
 * The order is the one a power cut allows: a write is noted after it is done, so a noted write was really there; a
 * sync is noted when it begins and when it is done, so only writes noted before it began count as saved.
 *
 * POWERCUT_STOP=N ends the process by SIGKILL right after the N-th note; with POWERCUT_AIM=TEXT only notes about paths
 * that hold the text are counted. POWERCUT_FAULT names a file that says what is wrong with the disk at the moment, read
 * anew before each operation so that a disk can break and be mended under a running program: enospc, eio-write,
 * eio-fsync, erofs, or slow N (each fsync takes N milliseconds more).
 *
 * Not modelled: creation of files counts as saved at once; memory maps are not seen (SQLite's -shm, which the harness
 * deletes). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define FILES_MAX 65536

static uint64_t inode_of[FILES_MAX]; /* by descriptor; 0: not ours */
static char is_folder[FILES_MAX];
static char is_aim[FILES_MAX];
static const char *folder, *aim, *fault_file;
static long stop_after = -1; /* notes; below 0: never */
static int diary = -1;
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_ftruncate)(int, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void) {
    if (real_open) return;
    real_open = dlsym(RTLD_NEXT, "open64");
    real_openat = dlsym(RTLD_NEXT, "openat64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    const char *stop = getenv("POWERCUT_STOP");
    if (stop) stop_after = atol(stop);
    aim = getenv("POWERCUT_AIM");
    fault_file = getenv("POWERCUT_FAULT");
    const char *log = getenv("POWERCUT_LOG");
    folder = getenv("POWERCUT_DIR");
    if (log && folder) diary = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

/* One record: kind, inode, offset, length, bytes; one writev, so a killed process leaves whole records and at most
 * one torn one at the end. */
static void note(char kind, uint64_t inode, uint64_t offset, const void *bytes, size_t length, int aimed) {
    unsigned char head[25];
    uint64_t size = length;
    head[0] = (unsigned char)kind;
    memcpy(head + 1, &inode, 8);
    memcpy(head + 9, &offset, 8);
    memcpy(head + 17, &size, 8);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
    if (diary >= 0 && writev(diary, parts, length ? 2 : 1) < 0) abort();
    if (aimed && stop_after > 0 && --stop_after == 0) kill(getpid(), SIGKILL);
}

static int aimed_at(const char *path) { return !aim || strstr(path, aim) != NULL; }

/* What is wrong with the disk now: the first letters of a word, and its number. */
static int broken(const char *what, long *number) {
    char word[32] = {0};
    if (!fault_file) return 0;
    int kept = errno;
    int fd = real_open(fault_file, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        if (read(fd, word, sizeof word - 1) < 0) word[0] = 0;
        real_close(fd);
    }
    errno = kept;
    size_t n = strlen(what);
    if (strncmp(word, what, n) != 0) return 0;
    if (number) *number = atol(word + n);
    return 1;
}

/* Why a write fails now; 0: it does not. */
static int write_fault(void) {
    if (broken("enospc", NULL)) return ENOSPC;
    if (broken("eio-write", NULL)) return EIO;
    if (broken("erofs", NULL)) return EROFS;
    return 0;
}

#define REFUSE_IF_BROKEN \
    int wrong = write_fault(); \
    if (wrong) { \
        errno = wrong; \
        return -1; \
    }

static uint64_t ours(int fd) {
    return fd >= 0 && fd < FILES_MAX ? inode_of[fd] : 0;
}

static int is_ours(const char *path) {
    size_t n = strlen(path), inside = folder ? strlen(folder) : 0;
    if (diary < 0 || strncmp(path, folder, inside) != 0 || (path[inside] != '/' && path[inside] != 0)) return 0;
    return !(n > 4 && strcmp(path + n - 4, "-shm") == 0);
}

/* Files opened for reading are kept in mind too: who may read may sync. */
static int opened(int fd, const char *path, int flags, int existed) {
    struct stat st;
    if (fd < 0 || fd >= FILES_MAX || !is_ours(path)) return fd;
    int kept = errno;
    if (fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))) {
        pthread_mutex_lock(&one_at_a_time);
        inode_of[fd] = st.st_ino;
        is_folder[fd] = S_ISDIR(st.st_mode);
        is_aim[fd] = (char)aimed_at(path);
        if (!existed) note('N', st.st_ino, 0, NULL, 0, is_aim[fd]);
        else if (flags & O_TRUNC) note('T', st.st_ino, 0, NULL, 0, is_aim[fd]);
        pthread_mutex_unlock(&one_at_a_time);
    }
    errno = kept;
    return fd;
}

/* What a broken disk says to an opening. */
static int open_fault(const char *path, int flags, int existed) {
    if (!is_ours(path) || (flags & O_ACCMODE) == O_RDONLY) return 0;
    if (broken("erofs", NULL)) return EROFS;
    return !existed && broken("enospc", NULL) ? ENOSPC : 0;
}

static int open_one(const char *path, int flags, mode_t mode) {
    begin();
    int existed = !is_ours(path) || access(path, F_OK) == 0;
    int wrong = open_fault(path, flags, existed);
    if (wrong) {
        errno = wrong;
        return -1;
    }
    return opened(real_open(path, flags, mode), path, flags, existed);
}

static int openat_one(int at, const char *path, int flags, mode_t mode) {
    begin();
    if (path[0] != '/' && at != AT_FDCWD) return real_openat(at, path, flags, mode);
    int existed = !is_ours(path) || access(path, F_OK) == 0;
    int wrong = open_fault(path, flags, existed);
    if (wrong) {
        errno = wrong;
        return -1;
    }
    return opened(real_openat(at, path, flags, mode), path, flags, existed);
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list more; \
        va_start(more, flags); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
    }

int open(const char *path, int flags, ...) { MODE(flags) return open_one(path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_one(path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return openat_one(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return openat_one(at, path, flags, mode); }

int close(int fd) {
    begin();
    if (ours(fd)) inode_of[fd] = 0;
    return real_close(fd);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    begin();
    uint64_t inode = ours(fd);
    if (!inode) return real_write(fd, bytes, length);
    REFUSE_IF_BROKEN
    pthread_mutex_lock(&one_at_a_time);
    ssize_t done = real_write(fd, bytes, length);
    if (done > 0) note('W', inode, (uint64_t)lseek64(fd, 0, SEEK_CUR) - (uint64_t)done, bytes, (size_t)done, is_aim[fd]);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    begin();
    uint64_t inode = ours(fd);
    if (!inode) return real_pwrite(fd, bytes, length, offset);
    REFUSE_IF_BROKEN
    pthread_mutex_lock(&one_at_a_time);
    ssize_t done = real_pwrite(fd, bytes, length, offset);
    if (done > 0) note('W', inode, (uint64_t)offset, bytes, (size_t)done, is_aim[fd]);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite64(fd, bytes, length, offset); }

int ftruncate64(int fd, off64_t length) {
    begin();
    uint64_t inode = ours(fd);
    if (!inode) return real_ftruncate(fd, length);
    REFUSE_IF_BROKEN
    pthread_mutex_lock(&one_at_a_time);
    int done = real_ftruncate(fd, length);
    if (done == 0) note('T', inode, (uint64_t)length, NULL, 0, is_aim[fd]);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

/* A failed fsync is noted as such: the system keeps those pages as if they were written, and never tries again. */
static int synced(int fd, int (*real)(int)) {
    uint64_t inode = ours(fd);
    long slow = 0;
    if (!inode) return real(fd);
    if (is_folder[fd]) {
        int done = real(fd);
        pthread_mutex_lock(&one_at_a_time);
        if (done == 0) note('D', inode, 0, NULL, 0, is_aim[fd]);
        pthread_mutex_unlock(&one_at_a_time);
        return done;
    }
    pthread_mutex_lock(&one_at_a_time);
    note('B', inode, 0, NULL, 0, is_aim[fd]);
    pthread_mutex_unlock(&one_at_a_time);
    if (broken("slow ", &slow)) nanosleep(&(struct timespec){slow / 1000, slow % 1000 * 1000000}, NULL);
    int fails = broken("eio-fsync", NULL);
    int done = fails ? -1 : real(fd);
    pthread_mutex_lock(&one_at_a_time);
    note(done == 0 ? 'E' : 'F', inode, 0, NULL, 0, is_aim[fd]);
    pthread_mutex_unlock(&one_at_a_time);
    if (fails) errno = EIO;
    return done;
}

int fsync(int fd) { begin(); return synced(fd, real_fsync); }
int fdatasync(int fd) { begin(); return synced(fd, real_fdatasync); }

/* A new name, or none, as bytes "from\\0to\\0"; the number is the file that had the new name before. */
static void renamed(char kind, uint64_t inode, uint64_t replaced, const char *from, const char *to) {
    char names[2048];
    int length = snprintf(names, sizeof names, "%s%c%s", from, 0, to);
    if (length < 0 || (size_t)length >= sizeof names) abort();
    note(kind, inode, replaced, names, (size_t)length + 1, aimed_at(from) || aimed_at(to));
}

int rename(const char *from, const char *to) {
    begin();
    if (!is_ours(from)) return real_rename(from, to);
    REFUSE_IF_BROKEN
    struct stat moved, replaced;
    pthread_mutex_lock(&one_at_a_time);
    int known = stat(from, &moved) == 0;
    int over = stat(to, &replaced) == 0;
    int done = real_rename(from, to);
    if (done == 0 && known) renamed('R', moved.st_ino, over ? replaced.st_ino : 0, from, to);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

int unlink(const char *path) {
    begin();
    if (!is_ours(path)) return real_unlink(path);
    REFUSE_IF_BROKEN
    struct stat gone;
    pthread_mutex_lock(&one_at_a_time);
    int known = stat(path, &gone) == 0;
    int done = real_unlink(path);
    if (done == 0 && known) renamed('U', gone.st_ino, 0, path, "");
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

/* Ways to write that would pass unseen: refused, so that the program falls back to plain writes. */
ssize_t copy_file_range(int in, off64_t *at_in, int out, off64_t *at_out, size_t length, unsigned int flags) {
    (void)in; (void)at_in; (void)out; (void)at_out; (void)length; (void)flags;
    errno = ENOSYS;
    return -1;
}

ssize_t sendfile64(int out, int in, off64_t *offset, size_t count) {
    (void)out; (void)in; (void)offset; (void)count;
    errno = ENOSYS;
    return -1;
}

ssize_t sendfile(int out, int in, off_t *offset, size_t count) { return sendfile64(out, in, offset, count); }
