#!/bin/sh
# Run a command where no other machine can be reached: in a network namespace (Linux) that has this machine's own
# address and no route. What it asks of another machine fails at once, and no packet leaves.
# Who is not root is made so inside: nobody else may make one.
[ "$(id -u)" = 0 ] || root=--map-root-user
exec unshare ${root-} --net sh -c 'ip link set lo up && exec "$@"' offline "$@"
