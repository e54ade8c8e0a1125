from threading import Lock, Thread


class InsufficientFunds(Exception):
    pass


class Account:
    lock = Lock()  # one lock of the class

    def __init__(self, balance):
        self.balance = balance

    def withdraw(self, amount):
        with self.lock:
            if self.balance < amount:
                raise InsufficientFunds(f"{self.balance} < {amount}")
            self.balance -= amount

    def deposit(self, amount):
        with Account.lock:
            self.balance += amount


def spend(account, refused):
    for _ in range(100):
        try:
            account.withdraw(7)
        except InsufficientFunds:
            refused.append(1)


account, refused = Account(1000), []
people = [Thread(target=spend, args=(account, refused)) for _ in range(4)]
[p.start() for p in people]
[p.join() for p in people]
print("left", account.balance, "refused", len(refused))
