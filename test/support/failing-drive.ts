import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Workdir } from './workdir.ts'

export const canPlayDrives = process.platform === 'linux' && spawnSync('gcc', ['--version']).status === 0

/** `no-locks` answers with an error, `locks-taken` as if another process held each lock. */
export type DriveFault = 'no-locks' | 'locks-taken' | 'no-memory' | 'full' | 'read-only'

/** The system calls with which a drive answers for the paths below a folder. */
const source = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

static int is(const char *fault) { const char *f = getenv("DRIVE_FAULT"); return f && !strcmp(f, fault); }
static int below(const char *path) { const char *d = getenv("DRIVE"); return d && !strncmp(path, d, strlen(d)); }
static int holds(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return below(path);
}
#define NEXT(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))
#define FAIL(code) do { errno = code; return -1; } while (0)

static int control(int fd, int command, void *argument) {
  if ((command == F_SETLK || command == F_SETLKW || command == F_GETLK) && holds(fd)) {
    if (is("no-locks")) FAIL(EINVAL);
    if (is("locks-taken") && command != F_GETLK) FAIL(ENOLCK);
  }
  return NEXT(fcntl)(fd, command, argument);
}
int fcntl(int fd, int command, ...) {
  va_list list; va_start(list, command); void *argument = va_arg(list, void *); va_end(list);
  return control(fd, command, argument);
}
int fcntl64(int fd, int command, ...) {
  va_list list; va_start(list, command); void *argument = va_arg(list, void *); va_end(list);
  return control(fd, command, argument);
}
void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
  if (fd >= 0 && is("no-memory") && holds(fd)) { errno = ENODEV; return MAP_FAILED; }
  return NEXT(mmap)(at, length, protection, flags, fd, offset);
}
void *mmap64(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
  if (fd >= 0 && is("no-memory") && holds(fd)) { errno = ENODEV; return MAP_FAILED; }
  return NEXT(mmap64)(at, length, protection, flags, fd, offset);
}
#define WRITE(name, ...) { if (is("full") && holds(fd)) FAIL(ENOSPC); return NEXT(name)(__VA_ARGS__); }
ssize_t write(int fd, const void *b, size_t n) WRITE(write, fd, b, n)
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) WRITE(pwrite, fd, b, n, o)
ssize_t pwrite64(int fd, const void *b, size_t n, off_t o) WRITE(pwrite64, fd, b, n, o)
int ftruncate(int fd, off_t n) WRITE(ftruncate, fd, n)
int ftruncate64(int fd, off_t n) WRITE(ftruncate64, fd, n)
#define OPEN(name) int name(const char *path, int flags, ...) { \\
  va_list list; va_start(list, flags); int mode = va_arg(list, int); va_end(list); \\
  if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && is("read-only") && below(path)) FAIL(EROFS); \\
  return NEXT(name)(path, flags, mode); }
OPEN(open)
OPEN(open64)
int access(const char *path, int mode) {
  if ((mode & W_OK) && is("read-only") && below(path)) FAIL(EROFS);
  return NEXT(access)(path, mode);
}
`

/** The compiler takes longer than the commands of a test, so it runs once. */
let library: Buffer | null = null

function compileLibrary(workdir: Workdir): Buffer {
  const compiled = workdir.join('drive.so')
  execFileSync('gcc', ['-shared', '-fPIC', '-w', '-o', compiled, workdir.write('drive.c', source), '-ldl'])
  return readFileSync(compiled)
}

/** Environment in which a folder lies on a drive with a fault. */
export function playDrive(workdir: Workdir, folder: string, fault: DriveFault): NodeJS.ProcessEnv {
  library ??= compileLibrary(workdir)
  const path = workdir.write('drive.so', library)
  return { LD_PRELOAD: path, DRIVE: workdir.join(folder), DRIVE_FAULT: fault }
}
