"""The archive: WARC records written, read, checked and packaged."""
