"""SQLAlchemy: sessions of several threads on one pool of connections."""
import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Integer, String, create_engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker
from sqlalchemy.pool import QueuePool


class Base(DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(40), unique=True)
    pages: Mapped[int] = mapped_column(Integer)


engine = create_engine("sqlite:///books.db", poolclass=QueuePool, pool_size=2, connect_args={"timeout": 20})
Base.metadata.drop_all(engine)
Base.metadata.create_all(engine)
make = scoped_session(sessionmaker(engine))
lock = threading.Lock()


def write(number):
    with lock:
        session = make()
        session.add(Book(title=f"book {number}", pages=number * 10))
        session.commit()
    make.remove()
    return number


with ThreadPoolExecutor(4) as pool:
    print(sorted(pool.map(write, range(8))))
with Session(engine) as session:
    print(session.scalars(select(Book.title).order_by(Book.pages.desc())).all()[:2])
    print(session.execute(select(func.count(), func.sum(Book.pages))).one())
    session.add(Book(title="book 1", pages=0))
    try:
        session.commit()
    except IntegrityError as error:
        print(type(error.orig).__name__)
engine.dispose()
with Session(engine) as session:
    session.execute(select(Book.nothing))
