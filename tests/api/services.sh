# What the library asks of the system, and where: memory in one file, threads and locks in the pool alone, files where files are
# read and written. So a run of a plan, which passes through none of them, allocates nothing and takes no lock; and nothing prints
# or ends the program anywhere.
cd "$BUILD" || exit 1

"$NM" -A -u libstrided.a 2>/dev/null | awk '
BEGIN {
    rule["memory.c.o"] = "^(malloc|calloc|realloc|aligned_alloc|posix_memalign|free)$"
    rule["workers.c.o"] = "^(pthread_|sem_|sched_yield)"
    rule["npy.c.o cpus.c.o replace.c.o"] = "^(fopen|fdopen|fclose|fread|fwrite|fgets|fseeko|ftello|open|close|read|write|rename|unlink)(64)?$"
    rule["cpu.c.o"] = "^(secure_)?getenv$"
    rule["nowhere"] = "^(printf|fprintf|vprintf|vfprintf|puts|putchar|fputs|perror|stdout|stderr|abort|exit|_exit|raise|signal|sigaction|strdup|alloca|dlopen)$"
}
{
    split($0, part, ":")
    object = part[2]
    gsub(/ /, "", object)
    symbol = $NF
    sub(/@.*/, "", symbol)
    objects[object] = 1
    for (where in rule)
        if (symbol ~ rule[where]) {
            uses++
            if (index(" " where " ", " " object " ") == 0) {
                print object " uses " symbol "; it is for " where
                bad = 1
            }
        }
}
END {
    for (o in objects) n++
    if (n < 10 || uses < 10) { print "cannot read the symbols of libstrided.a"; exit 1 }
    if (!bad) print uses " uses of the system in " n " objects, each where it belongs"
    exit bad
}'
