/*
 * test_replace.c - a file that is replaced by a whole one or not at all. Everything happens in a folder of its own, below
 * the one that TMPDIR names, or /tmp.
 */
#define _GNU_SOURCE
#include "src/io/replace.h"
#include "support/cmocka_compat.h"
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[600];

static int enter_folder(void **state)
{
    (void)state;
    const char *tmp = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.400s/strided_replace_XXXXXX", tmp ? tmp : "/tmp");
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    return chdir("/") == 0 && rmdir(folder) == 0 ? strided_test_end(state) : -1;
}

static int files_here(void)
{
    int n = 0;
    DIR *d = opendir(".");
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return n;
}

static void check_holds(const char *name, const char *text)
{
    char now[100] = "";
    FILE *f = fopen(name, "r");
    assert_non_null(f);
    now[fread(now, 1, sizeof now - 1, f)] = 0;
    fclose(f);
    assert_string_equal(now, text);
}

/* Writes text under that name, or half of it and gives up. */
static int put(const char *name, const char *text, int whole)
{
    struct replacement r;
    FILE *f = strided__replace_begin(&r, name);
    if (!f) return 0;
    assert_true(f == r.file);
    fwrite(text, 1, whole ? strlen(text) : strlen(text) / 2, f);
    errno = whole ? 0 : EDOM;
    return strided__replace_end(&r, whole);
}

static void new_and_old(void **state)
{
    (void)state;
    assert_true(put("a", "first", 1));
    check_holds("a", "first");
    assert_true(put("./a", "second", 1));
    check_holds("a", "second");
    assert_int_equal(files_here(), 1);
    remove("a");
}

static void given_up(void **state)
{
    (void)state;
    assert_false(put("a", "first", 0));
    assert_int_equal(errno, EDOM);
    assert_int_equal(files_here(), 0);
    assert_true(put("a", "first", 1));
    assert_false(put("a", "second", 0));
    check_holds("a", "first");
    assert_int_equal(files_here(), 1);
    remove("a");
}

/* Nobody sees a file that is not whole. */
static void seen_at_the_end(void **state)
{
    (void)state;
    struct replacement r;
    assert_true(put("a", "old", 1));
    FILE *f = strided__replace_begin(&r, "a");
    assert_non_null(f);
    fputs("new", f);
    fflush(f);
    check_holds("a", "old");
    assert_true(strided__replace_end(&r, 1));
    check_holds("a", "new");
    remove("a");
}

static unsigned mode_of(const char *name)
{
    struct stat s;
    assert_int_equal(stat(name, &s), 0);
    return s.st_mode & 0777;
}

static void modes(void **state)
{
    (void)state;
    mode_t usual = umask(027);
    assert_true(put("a", "first", 1));
    assert_int_equal(mode_of("a"), 0640);
    assert_int_equal(chmod("a", 0604), 0);
    assert_true(put("a", "second", 1));
    assert_int_equal(mode_of("a"), 0604);
    umask(usual);
    remove("a");
}

static void links(void **state)
{
    (void)state;
    struct stat s;
    assert_int_equal(mkdir("deep", 0700), 0);
    assert_true(put("deep/a", "first", 1));
    assert_int_equal(symlink("deep/a", "b"), 0);
    assert_int_equal(symlink("b", "c"), 0);
    assert_true(put("c", "second", 1));
    assert_int_equal(lstat("c", &s), 0);
    assert_true(S_ISLNK(s.st_mode));
    check_holds("deep/a", "second");
    assert_int_equal(files_here(), 3);
    remove("deep/a");
    assert_true(put("c", "third", 1)); /* a link to nothing makes what it names */
    check_holds("deep/a", "third");
    remove("deep/a");
    remove("deep");
    remove("b");
    remove("c");
}

/* What is not a regular file stays what it is. */
static void in_place(void **state)
{
    (void)state;
    struct stat s;
    assert_true(put("/dev/null", "text", 1));
    assert_int_equal(stat("/dev/null", &s), 0);
    assert_true(S_ISCHR(s.st_mode));
    if (access("/dev/full", W_OK) != 0) return;
    assert_false(put("/dev/full", "text", 1));
    assert_int_equal(errno, ENOSPC);
}

static void check_refused(const char *name, int why)
{
    assert_false(put(name, "text", 1));
    assert_int_equal(errno, why);
}

static void refusals(void **state)
{
    (void)state;
    static char name[2 * REPLACE_PATH];
    check_refused("", ENOENT);
    check_refused("nowhere/a", ENOENT);
    check_refused("/", EISDIR);
    memset(name, 'a', 256);
    check_refused(name, ENAMETOOLONG);
    for (size_t i = 0; i < REPLACE_PATH - 1; i += 2) memcpy(name + i, "./", 2);
    name[REPLACE_PATH - 1] = 'a';
    name[REPLACE_PATH] = 0;
    check_refused(name, ENAMETOOLONG);
    assert_int_equal(files_here(), 0);
    memset(name, 0, sizeof name);
    memset(name, 'a', 255); /* the longest there is */
    assert_true(put(name, "text", 1));
    check_holds(name, "text");
    remove(name);
}

/* Not by root, whom nothing stops. */
static void without_leave(void **state)
{
    (void)state;
    if (geteuid() == 0) skip();
    assert_true(put("a", "first", 1));
    assert_int_equal(chmod("a", 0400), 0);
    check_refused("a", EACCES);
    assert_int_equal(chmod("a", 0600), 0);
    assert_int_equal(chmod(".", 0500), 0);
    check_refused("a", EACCES);
    check_refused("b", EACCES);
    check_holds("a", "first");
    assert_int_equal(chmod(".", 0700), 0);
    assert_int_equal(files_here(), 1);
    remove("a");
}

static void *replace_often(void *text)
{
    for (int i = 0; i < 200; i++)
        if (!put("a", text, 1)) return text;
    return NULL;
}

/* The last one wins, whole. */
static void at_once(void **state)
{
    (void)state;
    static char texts[3][8] = { "one", "two", "three" };
    pthread_t t[3];
    void *failed;
    for (int i = 0; i < 3; i++) assert_int_equal(pthread_create(&t[i], NULL, replace_often, texts[i]), 0);
    for (int i = 0; i < 3; i++) {
        pthread_join(t[i], &failed);
        assert_null(failed);
    }
    assert_int_equal(files_here(), 1);
    remove("a");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_and_old), cmocka_unit_test(given_up), cmocka_unit_test(seen_at_the_end), cmocka_unit_test(modes),
        cmocka_unit_test(links), cmocka_unit_test(in_place), cmocka_unit_test(refusals), cmocka_unit_test(without_leave),
        cmocka_unit_test(at_once)};
    strided_test_filter(argc, argv);
    return cmocka_run_group_tests_name("io/replace", tests, enter_folder, leave_folder);
}
