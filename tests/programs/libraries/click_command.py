"""Click: commands with options and files, one of which works in threads."""
import threading

import click


@click.group()
@click.option("--loud/--quiet", default=False)
@click.pass_context
def cli(context, loud):
    """A command of one's own."""
    context.obj = loud


@cli.command()
@click.argument("numbers", nargs=-1, type=int)
@click.option("--out", type=click.File("w"), default="sum.txt")
@click.pass_obj
def add(loud, numbers, out):
    found = []
    threads = [threading.Thread(target=found.append, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.write(str(sum(found)))
    click.echo(click.style("LOUD " if loud else "", fg="red") + str(sum(found)))
    click.secho("to stderr", err=True, fg="green")


from click.testing import CliRunner

print(repr(CliRunner().invoke(cli, ["--loud", "add", "1", "2"]).output))
print(CliRunner().invoke(cli, ["--help"]).output)
try:
    cli.main(["add", "4", "5"], standalone_mode=False)
except SystemExit as stop:
    print(stop.code)
with open("sum.txt") as file:
    print(file.read())
cli(["add", "many"], prog_name="own")
