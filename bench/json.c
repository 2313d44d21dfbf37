/*
 * json.c - everything that was measured, for other programs.
 */
#include "bench.h"
#include <math.h>

static void put_number(FILE *f, const char *name, double v)
{
    if (isfinite(v))
        fprintf(f, ", \"%s\": %.6g", name, v);
    else
        fprintf(f, ", \"%s\": null", name);
}

static void put_entry(FILE *f, const struct entry *e)
{
    fprintf(f, "{\"name\": \"%s\", \"peer\": %s, \"threads\": %d", e->name, e->peer ? "true" : "false", e->threads);
    put_number(f, "share", e->share);
    put_number(f, "spread", e->spread);
    put_number(f, "seconds", e->seconds);
    put_number(f, "copies", e->copies);
    put_number(f, "make", e->make);
    put_number(f, "first", e->first);
    put_number(f, "error", e->error);
    fprintf(f, ", \"samples\": %d, \"disturbed\": %d", e->samples, e->disturbed);
    fprintf(f, ", \"scratch\": %zu, \"extra_bytes\": %zu}", e->scratch, e->extra);
}

static void put_result(FILE *f, const struct result *r)
{
    static const char *const yards[] = {"fma", "stream", "memcpy"};
    fprintf(f, "{\"family\": \"%s\", \"class\": \"%s\", \"name\": \"%s\", \"layout\": \"%s\", \"yard\": \"%s\"",
            r->family, r->class_name, r->name, r->layout, yards[r->yard]);
    fprintf(f, ", \"count\": %lld, \"read\": %zu, \"written\": %zu", (long long)r->layer.count, r->read, r->written);
    put_number(f, "flops", r->flops);
    put_number(f, "roof_seconds", r->roof);
    fprintf(f, ",\n  \"entries\": [");
    for (int i = 0; i < r->entries; i++) {
        fputs(i ? ",\n   " : "\n   ", f);
        put_entry(f, &r->entry[i]);
    }
    fputs("]}", f);
}

static void put_machine(FILE *f)
{
    const struct bandwidth *b = probe_levels();
    quiet_wait();
    fprintf(f, "{\"cpu\": \"%s\", \"cpus\": %d, \"isa\": \"%s\"", machine_cpu(), machine_cpus(), probe_isa());
    put_number(f, "fma_flops", probe_peak());
    fputs(", \"bandwidth\": [", f);
    for (int i = 0; i < LEVELS; i++) {
        fprintf(f, "%s{\"level\": \"%s\", \"bytes\": %zu", i ? ", " : "", probe_level_name(i), b[i].bytes);
        put_number(f, "read", b[i].read);
        put_number(f, "write", b[i].write);
        put_number(f, "copy", b[i].copy);
        fputc('}', f);
    }
    fputs("]}", f);
}

void json_write(const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        return;
    }
    fputs("{\"machine\": ", f);
    put_machine(f);
    fprintf(f, ",\n\"options\": {\"threads\": %d, \"seconds\": %g, \"rounds\": %d},\n\"results\": [", options.threads,
            options.seconds, options.rounds);
    for (int i = 0, n = 0; i < results_count(); i++) {
        if (result_at(i)->entries == 0) continue;
        fputs(n++ ? ",\n " : "\n ", f);
        put_result(f, result_at(i));
    }
    fputs("],\n\"bars\": [", f);
    for (int i = 0; i < bars_count(); i++) {
        struct bar_figure b = bar_at(i);
        fprintf(f, "%s{\"group\": \"%s\", \"label\": \"%s\", \"unit\": \"%s\", \"at_most\": %s, \"measured\": %d",
                i ? ",\n " : "\n ", b.group, b.label, b.unit, b.at_most ? "true" : "false", b.measured);
        put_number(f, "figure", b.figure);
        put_number(f, "bar", b.bar);
        fputc('}', f);
    }
    fputs("]}\n", f);
    if (fclose(f) != 0) perror(path);
}
