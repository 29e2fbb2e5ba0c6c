"""Prints the rows of Parquet files of the archive as JSON lines. The files' names come on standard input, one a line."""

import sys

import duckdb

COLUMNS = ("stream", "shard_id", "sequence_number", "raw", "raw_base64")
BATCH = 10_000


def main() -> None:
    files = [line.rstrip("\n") for line in sys.stdin if line.strip()]
    database = duckdb.connect()
    # Rows are put in order later; what is held at a time must not grow with the archive.
    database.execute("SET preserve_insertion_order = false")
    database.execute("SET memory_limit = '512MB'")
    database.execute("SET threads = 1")
    for file in files:
        rows = database.read_parquet(file, hive_partitioning=False)
        missing = sorted({"arrival_time", *COLUMNS} - set(rows.columns))
        if missing:
            sys.exit(f"{file} lacks the columns {', '.join(missing)}: it is no file of the archive")
        columns = ", ".join(f"{name} := CAST({name} AS VARCHAR)" for name in COLUMNS)
        time = "arrival_time := strftime(CAST(arrival_time AS TIMESTAMP), '%Y-%m-%d %H:%M:%S.%g')"
        # `rows` names the relation above.
        database.execute(f"SELECT CAST(to_json(struct_pack({time}, {columns})) AS VARCHAR) FROM rows")
        while batch := database.fetchmany(BATCH):
            sys.stdout.writelines(f"{line}\n" for (line,) in batch)



try:
    main()
except duckdb.Error as error:
    sys.exit(str(error))
