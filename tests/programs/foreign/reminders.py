from threading import Timer


class RepeatTimer(Timer):
    def run(self):
        while not self.finished.wait(self.interval):
            self.function(*self.args, **self.kwargs)


ticks = []
repeating = RepeatTimer(0.01, lambda: ticks.append(1))
repeating.start()
once = Timer(0.1, print, args=["reminder"])
never = Timer(60, print, args=["never"])
once.start()
never.start()
never.cancel()
never.join()
once.join()
repeating.cancel()
repeating.join()
print("ticked:", len(ticks) > 2, "cancelled:", never.finished.is_set())
