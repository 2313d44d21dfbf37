# coverage.awk - reads `gcov -t -b -c` of all sources and prints branch coverage of src/view, of src/tensor, and of the argument
# checks everywhere else: functions with `check` in their name, and lines that call strided__fail() or decide about the next
# line's call. Lists every branch that was never taken; fails if one of the three is below LEAST per cent.
/^ *[^:]*: *0:Source:/ { file = $0; sub(/^.*Source:/, "", file); function_name = ""; next }
/^function /           { function_name = $2; next }
/^branch /             { meet_branch(); next }
/^ *[^:]+: *[0-9]+:/ {
    line = $0
    sub(/^[^:]*: */, "", line)
    code = line
    sub(/:.*/, "", line)
    sub(/^[0-9]+:/, "", code)
    text[file, line] = code
    in_function[file, line] = function_name
    nth = 0
}
function meet_branch(    key, taken) {
    key = file " " line " " ++nth
    taken = $4 ~ /^[0-9]+$/ && $4 > 0
    if (!(key in seen))
        keys[++count] = key
    seen[key] = seen[key] || taken
}
function group_of(file, line) {
    if (file ~ /src\/view\//) return "src/view"
    if (file ~ /src\/tensor\//) return "src/tensor"
    if (file !~ /src\//) return ""
    if (in_function[file, line] ~ /check/) return "argument checks"
    if (text[file, line] ~ /strided__(fail|check)/ || text[file, line + 1] ~ /strided__fail/) return "argument checks"
    return ""
}
END {
    for (i = 1; i <= count; i++) {
        split(keys[i], part, " ")
        group = group_of(part[1], part[2])
        if (group == "") continue
        all[group]++
        if (seen[keys[i]])
            taken_in[group]++
        else
            print part[1] ":" part[2] ": branch " part[3] " never taken: " text[part[1], part[2]]
    }
    print ""
    split("src/view,src/tensor,argument checks", groups, ",")
    for (i = 1; i <= 3; i++) {
        group = groups[i]
        percent = all[group] ? 100 * taken_in[group] / all[group] : 0
        low = percent < LEAST
        printf "%-16s %5d of %5d branches taken  %6.2f %%%s\n", group, taken_in[group], all[group], percent,
               low ? "  below " LEAST " %" : ""
        bad = bad || low
    }
    exit bad
}
