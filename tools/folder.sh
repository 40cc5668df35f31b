#!/bin/sh
# Refuses the set-up, before anything is installed, in a folder whose path Java, Spark or a URI would misread.
set -eu
folder=$(cd "$(dirname "$0")/.." && pwd -P)

refuse() {
    printf 'error: the path of this folder, %s, has %s\n' "$folder" "$1" >&2
    exit 1
}

# A colon separates class path entries; the other characters are special in URIs, patterns or the shell.
case $folder in
    *[:\#?%\"\'\\\$\`*\;\&\|\<\>!]* | *[][{}]* | *[[:cntrl:]]*)
        refuse "a character that Java or Spark cannot use: move the project into a folder whose path has only \
letters, digits, spaces and . _ - + , = @ ~ ( )"
        ;;
esac

case ${LC_ALL:-} in
    C | POSIX)
        case $folder in
            *[!\ -~]*)
                refuse "a letter that Python cannot read while LC_ALL is $LC_ALL: unset LC_ALL, or set it to a \
UTF-8 locale such as C.UTF-8"
                ;;
        esac
        ;;
esac
