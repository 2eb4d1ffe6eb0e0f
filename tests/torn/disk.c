/* A disk that fails at one call. Preloaded before libc, it counts the calls that a program makes on
   files whose name contains $TORN_FILE, and at number $TORN_AT of the kind $TORN_KIND
     write   writes half, then says that there was an error;
     full    says that the disk is full, then and ever after;
     sync    says that the data did not reach the disk;
     read    reads half;
     kill    kills the program, before a write or a sync.
   Without $TORN_AT it writes the number of calls to $TORN_COUNT. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long calls;

static int concerned(int fd) {
    char link[64], name[4096];
    const char *part = getenv("TORN_FILE");
    if (!part) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, name, sizeof name - 1);
    if (length < 0) return 0;
    name[length] = 0;
    return strstr(name, part) != NULL;
}

/* 1: this call fails; 0: it does not */
static int fails(const char *kind, int fd) {
    const char *wanted = getenv("TORN_KIND"), *at = getenv("TORN_AT"), *count = getenv("TORN_COUNT");
    if (!wanted || strcmp(kind, wanted) || !concerned(fd)) return 0;
    calls++;
    if (!at) {
        FILE *file = count ? fopen(count, "w") : NULL;
        if (file) fprintf(file, "%ld", calls), fclose(file);
        return 0;
    }
    return !strcmp(kind, "full") ? calls >= atol(at) : calls == atol(at);
}

static void maybe_die(int fd) {
    if (fails("kill", fd)) kill(getpid(), SIGKILL);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
    maybe_die(fd);
    if (fails("full", fd)) { errno = ENOSPC; return -1; }
    if (fails("write", fd)) { real(fd, data, size / 2, offset); errno = EIO; return -1; }
    return real(fd, data, size, offset);
}

ssize_t pread64(int fd, void *data, size_t size, off64_t offset) {
    ssize_t (*real)(int, void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pread64");
    return real(fd, data, fails("read", fd) ? size / 2 : size, offset);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) {
    return pwrite64(fd, data, size, offset);
}

ssize_t pread(int fd, void *data, size_t size, off_t offset) { return pread64(fd, data, size, offset); }

int fsync(int fd) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    maybe_die(fd);
    if (fails("sync", fd)) { errno = EIO; return -1; }
    return real(fd);
}

int fdatasync(int fd) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
    maybe_die(fd);
    if (fails("sync", fd)) { errno = EIO; return -1; }
    return real(fd);
}
