"""Prints all that is kept of every file below the directories given, one line a file, sorted: for a comparison of before and after.

Access and change times are not in it: no one can keep them. Usage: manifest.py DIR...
"""
import hashlib
import os
import stat
import sys


def describe(path, first_names):
    found = os.lstat(path)
    kind = stat.S_IFMT(found.st_mode)
    parts = ["%o" % found.st_mode, found.st_uid, found.st_gid, found.st_mtime_ns]
    if not stat.S_ISDIR(found.st_mode):
        parts += ["links=%d" % found.st_nlink, "first=" + first_names.setdefault((found.st_dev, found.st_ino), path)]
    if stat.S_ISREG(found.st_mode):
        with open(path, "rb") as file:
            parts.append(hashlib.sha256(file.read()).hexdigest())
    if stat.S_ISLNK(found.st_mode):
        parts.append("-> " + os.readlink(path))
    if kind in (stat.S_IFCHR, stat.S_IFBLK):
        parts.append("device=%x" % found.st_rdev)
    for name in sorted(os.listxattr(path, follow_symlinks=False)):
        parts.append("%s=%s" % (name, os.getxattr(path, name, follow_symlinks=False).hex()))
    return " ".join(str(part) for part in parts)


def main():
    first_names = {}
    for top in sorted(sys.argv[1:]):
        for parent, dirs, files in os.walk(top):
            dirs.sort()
            for path in [parent] + sorted(os.path.join(parent, name) for name in files + [d for d in dirs if os.path.islink(os.path.join(parent, d))]):
                print(ascii(path), describe(path, first_names))


main()
