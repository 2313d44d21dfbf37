# exports.awk - the names of the public functions, one a line, as the headers declare them:
#     awk -f exports.awk include/strided/*.h
# A declaration starts at STRIDED_API; its name is the last word before the first parenthesis.
FNR == 1 { text = "" }
/^[ \t]*#/ { next }
{
    text = text " " $0
    while (match(text, /\/\*([^*]|\*+[^*\/])*\*+\//))
        text = substr(text, 1, RSTART - 1) " " substr(text, RSTART + RLENGTH)
    if (text ~ /\/\*/)
        next
    while (match(text, /STRIDED_API[^(;]*\(/)) {
        words = substr(text, RSTART, RLENGTH - 1)
        text = substr(text, RSTART + RLENGTH)
        sub(/[ \t*]+$/, "", words)
        sub(/^.*[^A-Za-z0-9_]/, "", words)
        print words
    }
}
