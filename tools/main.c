/*
 * main.c - the `strided` command: finds the command that was asked for, prints help, passes the rest on.
 *
 * The tool is a user of the public face of libstrided, like any other program.
 */
#include "commands.h"
#include "demo.h"
#include "report.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <strided.h>

static const struct command *const commands[] = {
    &command_show, &command_conv, &command_pool, &command_explain, &command_demo, &command_bench, &command_info,
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static const struct command *find(const char *name) {
    for (int i = 0; i < COMMANDS; i++)
        if (!strcmp(commands[i]->name, name)) return commands[i];
    return NULL;
}

static int print_version(void) {
    int v = strided_version();
    printf("strided %d.%d.%d\n", v / 1000000, v / 1000 % 1000, v % 1000);
    return DONE;
}

static int print_overview(FILE *out) {
    fputs("strided: views of memory drawn, and images and arrays convolved and pooled through them\n\n"
          "usage: strided COMMAND [ARGUMENT...]\n\n", out);
    for (int i = 0; i < COMMANDS; i++) fprintf(out, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
    fputs("  help     this, or `strided help COMMAND`\n\n"
          "  --version  the version of the library that runs\n\n"
          "Exit codes: 0 done, 1 failed, 2 asked for the wrong thing.\n", out);
    return DONE;
}

static int print_help(const char *name) {
    const struct command *c = find(name);

    if (!c) return misuse("no command '%s'", name);
    fputs(c->help, stdout);
    return DONE;
}

static int asks_for_help(int argc, char **argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) return 1;
    return 0;
}

static int run(const struct command *c, int argc, char **argv) {
    report_command(c->name);
    return asks_for_help(argc, argv) ? print_help(c->name) : c->run(argc, argv);
}

static int dispatch(int argc, char **argv) {
    const char *word = argc > 1 ? argv[1] : NULL;

    if (!word) return print_overview(stderr), MISUSED;
    if (find(word)) return run(find(word), argc - 1, argv + 1);
    int is_help = !strcmp(word, "help"), is_version = !strcmp(word, "--version") || !strcmp(word, "-V");
    if (!is_help && !is_version && strcmp(word, "--help") && strcmp(word, "-h")) return misuse("no command '%s'", word);
    if (argc > 2 + is_help) return misuse("what is '%s'?", argv[2 + is_help]);
    if (is_version) return print_version();
    return argc > 2 ? print_help(argv[2]) : print_overview(stdout);
}

int main(int argc, char **argv) {
    setlocale(LC_CTYPE, ""); /* says whether the terminal knows more than ASCII */
    remember_program(argv[0]);
    int code = dispatch(argc, argv);

    if (fflush(stdout) || ferror(stdout)) return fail("writing to standard output failed");
    return code;
}
