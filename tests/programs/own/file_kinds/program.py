import shelve, csv, configparser, zipfile, tarfile, shutil, glob, fileinput, mmap, os, pathlib, io, json, tempfile, gzip, bz2, lzma, codecs, linecache, filecmp, contextlib, dbm.dumb, tokenize
P = pathlib.Path
with shelve.open("sh") as s: s["a"] = [1]
with shelve.open("sh") as s: print(dict(s))
with open("c.csv", "w", newline="") as f: csv.writer(f).writerows([[1, 2], ["a,b", 3]])
print(list(csv.reader(open("c.csv", newline=""))))
c = configparser.ConfigParser(); c["x"] = {"y": "1"}
with open("c.ini", "w") as f: c.write(f)
c2 = configparser.ConfigParser(); print(c2.read("c.ini"), c2["x"]["y"])
with zipfile.ZipFile("z.zip", "w") as z: z.write("c.csv"); z.writestr("q", "r")
with open("z.zip", "rb") as f: print(zipfile.ZipFile(f).namelist(), zipfile.is_zipfile("z.zip"))
with tarfile.open("t.tgz", "w:gz") as t: t.add("c.csv")
with open("t.tgz", "rb") as f: print(tarfile.open(fileobj=f).getnames())
shutil.copy("c.csv", "d.csv"); print(filecmp.cmp("c.csv", "d.csv"), sorted(glob.glob("*.csv")), sorted(P(".").glob("*.csv")))
print([l.strip() for l in fileinput.input("c.csv")])
with open("m.bin", "w+b") as f:
    f.write(b"x" * 10); f.flush()
    m = mmap.mmap(f.fileno(), 0); m[0:1] = b"y"; m.close(); f.seek(0); print(f.read())
with gzip.open("g.gz", "wt") as f: f.write("zipped")
with open("g.gz", "rb") as raw, gzip.GzipFile(fileobj=raw) as f: print(f.read())
with open("c.csv", "rb", buffering=0) as f: print(type(f).__name__, f.readinto(bytearray(3)), f)
f = open("t.txt", "w+", encoding="utf-8"); print(f, f.mode, f.name, f.encoding, isinstance(f, io.TextIOWrapper), type(f.buffer).__name__, f.writable()); f.close()
f = open("t.txt", "rb"); print(f, isinstance(f, io.BufferedReader)); f.close()
try: f.read()
except ValueError as e: print(e)
for bad in (lambda: open("t.txt", "q"), lambda: open(3.5), lambda: open("nope/x", "w"), lambda: open(""), lambda: open("t.txt", "rb", encoding="x"), lambda: P("nope").read_text(), lambda: os.remove("nope"), lambda: os.listdir("nope"), lambda: P("t.txt").mkdir(), lambda: os.rename("nope", "x")):
    try: bad()
    except Exception as e: print(type(e).__name__, e)
with tokenize.open("program.py") as f: print(f.readline())
os.makedirs("d/e", exist_ok=True); print(sorted(os.walk("d")), [e.name for e in os.scandir("d")], P("d/e").is_dir(), P("d").exists(), list(P("d").iterdir()))
with contextlib.chdir("d") if hasattr(contextlib, "chdir") else contextlib.nullcontext(): print(sorted(os.listdir())[:1])
print(json.load(open("x.json")) if os.path.exists("files.json") else None, os.path.getsize("t.txt"), os.stat("t.txt").st_size, P("t.txt").stat().st_size)
fd = os.open("t.txt", os.O_RDWR); os.write(fd, b"abc"); os.close(fd); print(P("t.txt").read_bytes())
with os.fdopen(os.open("t.txt", os.O_RDONLY)) as f: print(f.read())
shutil.rmtree("d"); print(P("d").exists(), shutil.disk_usage(".").total > 0)
print(open)
import tempfile
with tempfile.SpooledTemporaryFile(max_size=5, mode="w+") as s: s.write("abcdefgh"); s.seek(0); print(s.read())
os.chdir(".."); print(P.cwd() != P(__file__).parent, P("x").absolute().name, P.home() == P("~").expanduser())
