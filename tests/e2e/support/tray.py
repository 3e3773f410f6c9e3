"""A tray: takes icons in, and does to the first one what it is told, a line of JSON an answer.

`look`         {"title": …, "tooltip": …, "icon": …, "menu": [{"label": …, "enabled": …}, …]}
`choose LABEL` clicks the entry with that label: {"chosen": true or false}
"""

import json
import sys
import threading

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
PROPERTIES = "org.freedesktop.DBus.Properties"

DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()


class Watcher(dbus.service.Object):
    item = None

    @dbus.service.method(WATCHER, in_signature="s", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, service, sender=None):
        self.item = (sender, service) if service.startswith("/") else (service, "/StatusNotifierItem")
        self.StatusNotifierItemRegistered("".join(self.item))

    @dbus.service.method(WATCHER, in_signature="s")
    def RegisterStatusNotifierHost(self, _service):
        pass

    @dbus.service.signal(WATCHER, signature="s")
    def StatusNotifierItemRegistered(self, service):
        pass

    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return self.GetAll(interface)[name]

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
    def GetAll(self, _interface):
        items = ["".join(self.item)] if self.item else []
        return {
            "RegisteredStatusNotifierItems": dbus.Array(items, "s"),
            "IsStatusNotifierHostRegistered": True,
            "ProtocolVersion": dbus.Int32(0),
        }


def entries(item):
    destination, path = item
    properties = dbus.Interface(bus.get_object(destination, path), PROPERTIES).GetAll(ITEM)
    menu = dbus.Interface(bus.get_object(destination, properties["Menu"]), MENU)
    _, (_, _, children) = menu.GetLayout(0, -1, dbus.Array([], "s"))
    labelled = [(child[0], child[1]) for child in children if child[1].get("label")]
    return properties, menu, labelled


def answer(line):
    if watcher.item is None:
        return {"icon": None}
    properties, menu, labelled = entries(watcher.item)
    word, _, label = line.partition(" ")
    if word == "look":
        return {
            "title": str(properties.get("XAyatanaLabel", "")),
            "icon": str(properties.get("IconName", "")),
            "menu": [
                {"label": str(p["label"]), "enabled": bool(p.get("enabled", True))} for _, p in labelled
            ],
        }
    for number, p in labelled:
        if p["label"] == label:
            menu.Event(number, "clicked", dbus.String("", variant_level=1), dbus.UInt32(0))
            return {"chosen": True}
    return {"chosen": False}


def say(line):
    print(json.dumps(answer(line)), flush=True)
    return False


def listen():
    for line in sys.stdin:
        GLib.idle_add(say, line.rstrip("\n"))
    GLib.idle_add(loop.quit)


name = dbus.service.BusName(WATCHER, bus)
watcher = Watcher(bus, "/StatusNotifierWatcher")
loop = GLib.MainLoop()
threading.Thread(target=listen, daemon=True).start()
loop.run()
