/*
 * main.c - strided-bench: libstrided and its peers on the same problems, in turns. See --help, and bench.h for the
 * words.
 */
#include "bench.h"
#include <string.h>

static const struct {
    const char *name;
    void (*run)(void);
} families[] = {
    {"conv", family_conv},       {"views", family_views}, {"grad", family_grad},       {"pool", family_pool},
    {"product", family_product}, {"move", family_move},   {"types", family_types},     {"uses", family_uses},
    {"threads", family_threads}, {"einsum", family_einsum}, {"plan", family_plan},     {"process", family_process},
};

static void print_machine(void)
{
    const struct bandwidth *b = probe_levels();
    quiet_wait();
    printf("%s, %d processors; %s: FMA peak of one core %.1f GFLOP/s\n", machine_cpu(), machine_cpus(), probe_isa(),
           1e-9 * probe_peak());
    for (int i = 0; i < LEVELS; i++)
        printf("%-4s %6zu KiB: read %5.0f, write %5.0f, memcpy %5.0f GB/s\n", probe_level_name(i), b[i].bytes >> 10,
               1e-9 * b[i].read, 1e-9 * b[i].write, 1e-9 * b[i].copy);
    printf("libstrided %d.%d.%d, %s, %d thread%s; peers:", strided_version() / 1000000, strided_version() / 1000 % 1000,
           strided_version() % 1000, strided_context_isa(bench_context(options.threads)), options.threads,
           options.threads > 1 ? "s" : "");
    for (int i = 0; peers[i]; i++) printf("%s %s", i ? "," : "", peers[i]->name);
    printf("%s\n", peers[0] ? "" : " none");
    fflush(stdout);
}

/* What is known by now is shown and written, so that a run cut short leaves something. */
static void measure(const char *name, void (*run)(void))
{
    run();
    progress("%s", "");
    if (strcmp(name, "process") != 0) table_classes(name);
    if (options.json) json_write(options.json);
}

int main(int argc, char **argv)
{
    options_parse(argc, argv);
    machine_pin(0); /* remembers what is allowed */
    probe_open();
    peers_open();
    machine_pin(options.threads == 1);
    print_machine();
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (option_lists(options.families, families[i].name)) measure(families[i].name, families[i].run);
    table_costs();
    table_bars();
    table_disturbed();
    if (options.svg) svg_write(options.svg);
    return results_count() == 0;
}
