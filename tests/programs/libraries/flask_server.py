"""Flask: with its test client in threads, and with a real server on this machine."""
import logging
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from flask import Flask, abort, g, jsonify, request
from werkzeug.serving import make_server

app = Flask(__name__)
lock = threading.Lock()
counts = {"visits": 0}
logging.getLogger("werkzeug").setLevel(logging.ERROR)


@app.before_request
def begin():
    g.who = request.args.get("who", "nobody")


@app.route("/visit")
def visit():
    with lock:
        counts["visits"] += 1
    return jsonify(who=g.who, path=request.path)


@app.route("/bad")
def bad():
    return str(1 / 0)


@app.route("/no")
def no():
    abort(403)


@app.errorhandler(ZeroDivisionError)
def failed(error):
    return f"failed: {error}", 500


def ask(number):
    with app.test_client() as client:
        return client.get("/visit", query_string={"who": number}).get_json()


with ThreadPoolExecutor(4) as pool:
    print(list(pool.map(ask, range(6))), counts)
client = app.test_client()
print([(client.get(path).status_code, client.get(path).data) for path in ("/bad", "/no", "/nowhere")][0])
server = make_server("127.0.0.1", 0, app, threaded=True)
thread = threading.Thread(target=server.serve_forever, name="server")
thread.start()


def fetch(number):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/visit?who={number}", timeout=5) as answer:
        return answer.read()


with ThreadPoolExecutor(4) as pool:
    print(sorted(pool.map(fetch, range(6))), counts)
server.shutdown()
thread.join()
server.server_close()
print(app.import_name, app.root_path == __file__.rpartition("/")[0], app.name)
with app.app_context():
    print(app.url_map.bind("x").match("/visit"))
request.path
