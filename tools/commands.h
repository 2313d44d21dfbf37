/*
 * commands.h - what the tool can do: one entry per command, one file each (command_*.c).
 */
#ifndef STRIDED_TOOL_COMMANDS_H
#define STRIDED_TOOL_COMMANDS_H

struct command {
    const char *name, *summary;
    const char *help; /* what --help prints; fewer than 40 lines */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns an exit code */
};

extern const struct command command_info, command_show, command_conv, command_pool, command_explain, command_demo,
    command_bench;

#endif
