"""Serves the pywb collections of the working directory; run by pywb's own Python.

Prints its address, and ends when its standard input does.
"""

from gevent.monkey import patch_all

patch_all()

import sys  # noqa: E402
from contextlib import redirect_stdout  # noqa: E402

from gevent.fileobject import FileObjectThread  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402
from pywb.apps.frontendapp import FrontEndApp  # noqa: E402
from pywb.utils.geventserver import RequestURIWSGIHandler  # noqa: E402

with redirect_stdout(sys.stderr):  # it says there that it found no config.yaml
    application = FrontEndApp()
server = WSGIServer(("127.0.0.1", 0), application, handler_class=RequestURIWSGIHandler, log=None)
server.start()
sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
sys.stdout.flush()
FileObjectThread(sys.stdin.buffer).read()
server.stop()
