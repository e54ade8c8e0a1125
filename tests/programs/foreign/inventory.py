import copy
import pickle
import threading
import typing
from dataclasses import asdict, dataclass, field


@dataclass
class Item:
    name: str
    count: int = 0


@dataclass
class Inventory:
    items: typing.Dict[str, Item] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def add(self, name, count):
        with self.lock:
            item = self.items.setdefault(name, Item(name))
            item.count += count


inventory = Inventory()
threads = [threading.Thread(target=inventory.add, args=(n, k)) for k in range(10) for n in ("nut", "bolt")]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted((i.name, i.count) for i in inventory.items.values()))
print(pickle.loads(pickle.dumps(inventory.items["nut"])), asdict(inventory.items["bolt"]))
print(sorted(typing.get_type_hints(Item)), Item.__module__)
try:
    copy.deepcopy(inventory)
except TypeError as error:
    print("TypeError:", error)
