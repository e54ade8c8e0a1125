import threading
import unittest


class Sums(unittest.TestCase):
    def setUp(self):
        self.lock = threading.Lock()

    def test_that_one_and_one_is_two(self):
        with self.lock:
            self.assertEqual(1 + 1, 2)

    def test_that_fails(self):
        self.assertEqual(1 + 1, 3)

    def test_that_has_an_error(self):
        open("is/not/there")

    def test_that_releases_too_often(self):
        self.lock.release()

    @unittest.skip("not now")
    def test_that_is_skipped(self):
        pass

    def test_that_raises(self):
        with self.assertRaises(RuntimeError), self.assertLogs("x"):
            raise RuntimeError


if __name__ == "__main__":
    real = __import__("time").perf_counter
    unittest.main(argv=["program", "-v"])
