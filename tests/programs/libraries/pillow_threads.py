"""Pillow: pictures made, kept and read by several threads."""
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

folder = Path("pictures")
folder.mkdir(exist_ok=True)


def make(number):
    picture = Image.new("RGB", (40, 30), (number * 20, 0, 100))
    ImageDraw.Draw(picture).ellipse((5, 5, 25, 25), fill="white")
    path = folder / f"{number}.png"
    picture.filter(ImageFilter.BLUR).save(path)
    return path


with ThreadPoolExecutor(3) as pool:
    paths = list(pool.map(make, range(4)))
    sizes = list(pool.map(lambda path: Image.open(path).convert("L").size, paths))
print([path.name for path in paths], sizes)
with open(folder / "0.png", "rb") as file, Image.open(file) as picture:
    picture.load()
    print(picture.format, picture.getpixel((0, 0)))
memory = io.BytesIO()
Image.open(paths[1]).save(memory, "JPEG")
print(memory.getvalue()[:3])
with open("copy.gif", "wb") as file:
    Image.open(paths[2]).save(file, "GIF")
print(Image.open("copy.gif").format)
Image.open(__file__)
