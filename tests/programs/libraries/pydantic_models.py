"""Pydantic: models that know the classes of the standard library, made by several threads."""
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class Job(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    number: int = Field(ge=0)
    file: Path = Path("none.txt")
    lock: type = threading.Thread
    thread: threading.Thread | None = None


def make(number):
    return Job(number=str(number), file=f"{number}.txt", thread=threading.current_thread())


with ThreadPoolExecutor(3) as pool:
    jobs = list(pool.map(make, range(4)))
print([(job.number, job.file, isinstance(job.file, Path), job.thread is not None) for job in jobs])
print(Job(number=1, file=Path("a") / "b").model_dump_json(include={"number", "file"}))
print(sorted(Job.model_json_schema(mode="validation")["properties"]) if False else sorted(Job.model_fields))
try:
    Job(number=-1, file=3)
except ValidationError as error:
    print(error.error_count(), error.errors()[0]["type"])
Job(number="many")
