/*
 * report.c - one line to stderr, and an exit code.
 */
#include "report.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <strided.h>

static const char *command;

void report_command(const char *name) { command = name; }

static void say(const char *format, va_list args) {
    fflush(stdout); /* so that lines come in order where both go to one place */
    fprintf(stderr, command ? "strided %s: " : "strided: ", command);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

int fail(const char *format, ...) {
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
    return FAILED;
}

int refuse(const char *format, ...) {
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
    return MISUSED;
}

int misuse(const char *format, ...) {
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
    if (command) fprintf(stderr, "  `strided %s --help` says what there is\n", command);
    else fprintf(stderr, "  `strided help` says what there is\n");
    return MISUSED;
}

int fail_call(const char *who) {
    if (who) return fail("%s: %s", who, strided_error());
    return fail("%s", strided_error());
}

int bad_option(int c, char **argv) {
    const char *option = argv[optind - 1];

    if (c == ':') return misuse("%s wants a value", option);
    if (optopt && option[0] == '-' && option[1] != '-') return misuse("unknown option -%c", optopt);
    if (optopt) return misuse("%s takes no value", option);
    return misuse("unknown option %s", option);
}
