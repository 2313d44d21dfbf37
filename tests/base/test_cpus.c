/*
 * test_cpus.c - quotas of control groups, read from a made-up tree; the affinity of this process.
 */
#define _GNU_SOURCE
#include "src/base/cpus.h"
#include "support/cmocka_compat.h"
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[300];

static void put(const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", root, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void folder(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", root, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static const char *const files[] = {"member", "cpu.max", "a/cpu.max", "a/b/cpu.max", "cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"};
static const char *const folders[] = {"a/b", "a", "cpu"};

static int make_tree(void **state)
{
    (void)state;
    const char *tmp = getenv("TMPDIR");
    snprintf(root, sizeof root, "%.200s/strided_cpus_%ld", tmp ? tmp : "/tmp", (long)getpid());
    assert_int_equal(mkdir(root, 0700), 0);
    folder("a");
    folder("a/b");
    folder("cpu");
    return 0;
}

static int remove_tree(void **state)
{
    char path[512];
    for (int i = 0; i < 6; i++) {
        snprintf(path, sizeof path, "%s/%s", root, files[i]);
        remove(path);
    }
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", root, folders[i]);
        rmdir(path);
    }
    rmdir(root);
    return strided_test_end(state);
}

static int quota(void)
{
    char membership[512];
    snprintf(membership, sizeof membership, "%s/member", root);
    return strided__cgroup_cpus(root, membership);
}

static void version_2(void **state)
{
    (void)state;
    assert_int_equal(quota(), 0); /* nothing there */
    put("member", "12:cpu:/elsewhere\n0::/\n");
    assert_int_equal(quota(), 0);
    put("cpu.max", "max 100000\n");
    assert_int_equal(quota(), 0);
    static const struct { const char *text; int cpus; } cases[] = {
        {"100000 100000\n", 1}, {"50000 100000", 1}, {"150000 100000\n", 2}, {"800000 100000\n", 8}, {"1 100000\n", 1}, {"0 100000\n", 0},
        {"-1 100000\n", 0}, {"100000 0\n", 0}, {"100000\n", 0}, {"", 0}, {"x y\n", 0}, {"9223372036854775807 1\n", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put("cpu.max", cases[i].text);
        if (quota() != cases[i].cpus) fail_msg("cpu.max \"%s\": %d", cases[i].text, quota());
    }
}

static void the_smallest_around(void **state)
{
    (void)state;
    put("member", "0::/a/b\n");
    put("cpu.max", "600000 100000\n");
    put("a/cpu.max", "300000 100000\n");
    put("a/b/cpu.max", "max 100000\n");
    assert_int_equal(quota(), 3);
    put("a/b/cpu.max", "200000 100000\n");
    assert_int_equal(quota(), 2);
    put("a/b/cpu.max", "900000 100000\n");
    put("a/cpu.max", "max 100000\n");
    assert_int_equal(quota(), 6);
    put("member", "0::/gone/away\n");
    assert_int_equal(quota(), 6);
}

static void version_1(void **state)
{
    (void)state;
    put("member", "3:cpu,cpuacct:/\n");
    put("cpu.max", "max 100000\n");
    put("cpu/cpu.cfs_quota_us", "-1\n");
    put("cpu/cpu.cfs_period_us", "100000\n");
    assert_int_equal(quota(), 0);
    put("cpu/cpu.cfs_quota_us", "250000\n");
    assert_int_equal(quota(), 3);
    put("cpu/cpu.cfs_quota_us", "much\n");
    assert_int_equal(quota(), 0);
}

static void *ask(void *cpus)
{
    *(int *)cpus = quota();
    return NULL;
}

/* A program that another thread starts meanwhile inherits none of the files: each in turn is a pipe, whose reader waits. */
static void closed_on_exec(void **state)
{
    (void)state;
    static const char *const names[] = {"member", "cpu.max", "cpu/cpu.cfs_quota_us"};
    put("member", "0::/\n");
    for (int i = 0; i < 3; i++) {
        char path[512];
        struct stat pipe, s;
        pthread_t thread;
        int cpus = -1, readers = 0;
        snprintf(path, sizeof path, "%s/%s", root, names[i]);
        remove(path);
        assert_int_equal(mkfifo(path, 0600), 0);
        assert_int_equal(pthread_create(&thread, NULL, ask, &cpus), 0);
        int own = open(path, O_WRONLY); /* there is a reader then, or there will be at once */
        assert_int_equal(fstat(own, &pipe), 0);
        for (int fd = 0; !readers; fd = (fd + 1) % 256)
            if (fd != own && fstat(fd, &s) == 0 && s.st_ino == pipe.st_ino && s.st_dev == pipe.st_dev)
                readers = fcntl(fd, F_GETFD) & FD_CLOEXEC ? 1 : -1;
        close(own);
        pthread_join(thread, NULL);
        remove(path);
        if (readers < 0) fail_msg("%s is inherited", names[i]);
        assert_true(cpus >= 0);
    }
}

static void never_more_than_wanted(void **state)
{
    (void)state;
    for (int wanted = 1; wanted < 5; wanted++) {
        int n = strided__usable_cpus(wanted);
        assert_true(n >= 1 && n <= wanted);
    }
}

static void affinity(void **state)
{
    (void)state;
    cpu_set_t before, one;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    CPU_ZERO(&one);
    for (int i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &before)) {
            CPU_SET(i, &one);
            break;
        }
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    assert_int_equal(strided__usable_cpus(100), 1);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    assert_true(strided__usable_cpus(1 << 20) <= CPU_COUNT(&before));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(version_2), cmocka_unit_test(the_smallest_around), cmocka_unit_test(version_1),
                                       cmocka_unit_test(closed_on_exec), cmocka_unit_test(never_more_than_wanted), cmocka_unit_test(affinity)};
    strided_test_filter(argc, argv);
    return cmocka_run_group_tests_name("base/cpus", tests, make_tree, remove_tree);
}
