# Folders of src are layers, and includes only go down: a file may include headers of its own folder, of folders below it,
# and public ones.
cd "$SOURCE/src" || exit 1

awk '
BEGIN {
    split("base 0 tensor 1 view 2 io 2 nest 3 kernels 4 ops 5 plan 6", words)
    for (i = 1; i in words; i += 2)
        layer[words[i]] = words[i + 1]
}
function complain(what) { print "src/" FILENAME ":" FNR ": " what; bad = 1 }
FNR == 1 {
    split(FILENAME, path, "/")
    own = path[1]
    files++
    if (!(own in layer))
        complain("folder " own " has no layer; give it one here and in src/README.md")
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
    name = $0
    sub(/^[^"]*"/, "", name)
    sub(/".*/, "", name)
    other = own
    if (name ~ /^\.\.\/[a-z_]+\/[a-z0-9_]+\.[a-z]+$/) {
        split(name, path, "/")
        other = path[2]
    } else if (name ~ /\//)
        complain("\"" name "\": write \"header.h\" for this folder, \"../folder/header.h\" for another")
    if (other != own && layer[other] >= layer[own])
        complain("\"" name "\": " own " (layer " layer[own] ") includes " other " (layer " layer[other] ")")
}
END {
    if (!files) { print "no sources"; bad = 1 }
    if (!bad) print files " files keep to their layers"
    exit bad
}' */*.[ch]
