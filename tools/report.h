/*
 * report.h - how the tool says what is wrong: one line to stderr that begins with the command's name, and an exit code.
 */
#ifndef STRIDED_TOOL_REPORT_H
#define STRIDED_TOOL_REPORT_H

enum exit_code { DONE = 0, FAILED = 1, MISUSED = 2 };

/* The command that is running, for the beginning of every line. */
void report_command(const char *name);

/* "strided conv: ..."; returns FAILED. */
int fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same; returns MISUSED. */
int refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same and where help is; returns MISUSED. */
int misuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* What the library said of its last failure, after "who: " unless who is NULL; returns FAILED. */
int fail_call(const char *who);

/* What getopt_long() did not like: c is what it returned. */
int bad_option(int c, char **argv);

#endif
