/*
 * demo_data.c - where the photograph and the digits of the demo lie.
 *
 * Looked for beside the program (the build folder), in ../share/strided from it (an installed tree, moved or not), and
 * in the place that the build was told to install to.
 */
#include "demo.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef STRIDED_HAVE_PNG
#define PHOTOGRAPH "coffee.png"
#else
#define PHOTOGRAPH "coffee-small.ppm"
#endif

static const char *called = "";

void remember_program(const char *argv0) { called = argv0 ? argv0 : ""; }

/* The folder of the program, with a slash at its end; "" if neither the system nor the caller says. */
static void program_folder(char *folder, size_t size) {
    ssize_t n = readlink("/proc/self/exe", folder, size - 1);

    if (n > 0) folder[n] = '\0';
    else snprintf(folder, size, "%s", called);
    char *last = strrchr(folder, '/');
    if (last) last[1] = '\0';
    else folder[0] = '\0';
}

static const char *find(const char *name, char buf[4096]) {
    static const char *const beside[] = {"data/", "../share/strided/"};
    char folder[3072];

    program_folder(folder, sizeof folder);
    for (int i = 0; i < 2 && *folder; i++) {
        snprintf(buf, 4096, "%s%s%s", folder, beside[i], name);
        if (!access(buf, R_OK)) return buf;
    }
    snprintf(buf, 4096, "%s/%s", STRIDED_DATA_FOLDER, name);
    if (access(buf, R_OK)) buf[0] = '\0';
    return buf;
}

const char *find_photograph(char buf[4096]) { return find(PHOTOGRAPH, buf); }
const char *find_digits(char buf[4096]) { return find("digits", buf); }
