import json

json.loads("{nothing")
