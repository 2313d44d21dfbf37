/*
 * cpus.h - how many processors this process may really use.
 */
#ifndef STRIDED_SRC_CPUS_H
#define STRIDED_SRC_CPUS_H

/* min(wanted, processors in the affinity mask, CPU quota of the control group), at least 1. */
int strided__usable_cpus(int wanted);

/* The quota of the control group in processors, rounded up; 0 = none. `root` is where cgroups are mounted,
 * `membership` a file like /proc/self/cgroup. */
int strided__cgroup_cpus(const char *root, const char *membership);

#endif
