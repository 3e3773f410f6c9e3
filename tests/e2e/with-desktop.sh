#!/bin/sh
# with-desktop.sh COMMAND…
#
# Runs COMMAND in a desktop of its own: a screen in memory, a session bus, a window manager, a
# notification server and a keyring, with a home folder that is thrown away. Nothing of the person
# who runs it is read or written. Ends with COMMAND's exit code, and ends what it started, by pid.
#
# DESKTOP_SCREEN sets the size (1280x800x24). Needs: Xvfb, openbox, dunst, dbus-run-session;
# takes gnome-keyring-daemon if it is there.
set -eu

inside() {
    openbox >"$DESKTOP_LOGS/openbox.log" 2>&1 &
    window_manager=$!
    dunst -print >"$DESKTOP_LOGS/dunst.log" 2>&1 &
    notifications=$!
    keyring=
    if command -v gnome-keyring-daemon >/dev/null; then
        # In the foreground, so that it has a pid to end it by; unlocked with a password of no worth.
        printf 'test\n' | gnome-keyring-daemon --foreground --unlock --components=secrets \
            >"$DESKTOP_LOGS/keyring.log" 2>&1 &
        keyring=$!
    fi
    # Each is ready when it answers, not after some time.
    tries=0
    until xprop -root _NET_SUPPORTING_WM_CHECK 2>/dev/null | grep -q 'window id' \
        && dunstctl is-paused >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -gt 100 ]; then
            echo "with-desktop: the desktop did not come up; see $DESKTOP_LOGS" >&2
            exit 1
        fi
        sleep 0.05
    done
    code=0
    "$@" || code=$?
    for pid in "$window_manager" "$notifications" $keyring; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    exit "$code"
}

if [ "${1-}" = --inside ]; then
    shift
    inside "$@"
fi
if [ $# -eq 0 ]; then
    echo "usage: with-desktop.sh COMMAND…" >&2
    exit 2
fi

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
home=$(mktemp -d "${TMPDIR:-/tmp}/desktop.XXXXXX")
mkdir -m 700 "$home/runtime" "$home/logs"
mkdir -p "$home/.config" "$home/.local/share" "$home/.local/state" "$home/.cache"

screen=
end() {
    if [ -n "$screen" ]; then
        kill "$screen" 2>/dev/null || true
        wait "$screen" 2>/dev/null || true
    fi
    rm -rf "$home"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The server picks a free display number and writes it when it is ready.
Xvfb -displayfd 3 -screen 0 "${DESKTOP_SCREEN:-1280x800x24}" -nolisten tcp \
    3>"$home/display" >"$home/logs/xvfb.log" 2>&1 &
screen=$!
tries=0
until [ -s "$home/display" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ] || ! kill -0 "$screen" 2>/dev/null; then
        echo "with-desktop: no screen" >&2
        cat "$home/logs/xvfb.log" >&2
        exit 1
    fi
    sleep 0.05
done

# The bus must know the display from its start, for what it starts in its turn.
code=0
env -u WAYLAND_DISPLAY -u DBUS_SESSION_BUS_ADDRESS -u XAUTHORITY \
    DISPLAY=":$(cat "$home/display")" \
    HOME="$home" XDG_RUNTIME_DIR="$home/runtime" \
    XDG_CONFIG_HOME="$home/.config" XDG_DATA_HOME="$home/.local/share" \
    XDG_STATE_HOME="$home/.local/state" XDG_CACHE_HOME="$home/.cache" \
    XDG_SESSION_TYPE=x11 XDG_CURRENT_DESKTOP=openbox GDK_BACKEND=x11 \
    DESKTOP_LOGS="$home/logs" \
    dbus-run-session -- sh "$here/with-desktop.sh" --inside "$@" || code=$?
exit "$code"
