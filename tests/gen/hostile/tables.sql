-- The tables of the model, and a few rows, for SQLite.
CREATE TABLE class (
    id INTEGER PRIMARY KEY, int INTEGER, "Null" TEXT, n1 TEXT, n2 TEXT, EOF INTEGER, errno REAL, stdin BOOLEAN, assert INTEGER, bool DATE,
    "true" TEXT, "false" JSON, "default" UUID, operator BLOB, and_eq INTEGER, template_id INTEGER, I INTEGER, linux INTEGER,
    a__b INTEGER, a_b_ INTEGER, x_y INTEGER, x__y INTEGER
);
CREATE TABLE distro (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, name_eq TEXT, name_field TEXT, names TEXT, filter TEXT, "order" INTEGER,
    "all" INTEGER, row INTEGER, cursor INTEGER, need INTEGER, by_name INTEGER, none INTEGER, has_links INTEGER
);
CREATE TABLE distro_name (id INTEGER PRIMARY KEY, eq TEXT);
CREATE TABLE link (
    id INTEGER PRIMARY KEY, max INTEGER, distro_id INTEGER NOT NULL, class INTEGER NOT NULL, tag_id TEXT
);
CREATE TABLE link_link (a INTEGER NOT NULL, b INTEGER NOT NULL);
CREATE TABLE tag (id TEXT PRIMARY KEY NOT NULL, size_id INTEGER);
CREATE TABLE size (id INTEGER PRIMARY KEY, max INTEGER, min INTEGER);
CREATE TABLE upload (
    tag_id TEXT NOT NULL, class INTEGER NOT NULL, number INTEGER NOT NULL, next_tag TEXT, next_class INTEGER,
    next_number INTEGER, PRIMARY KEY (tag_id, class, number)
);
CREATE TABLE mark (t TEXT NOT NULL, c INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (t, c, n));
CREATE TABLE sheaf (id INTEGER PRIMARY KEY, "group" TEXT, filter TEXT, SHEAF_HERE TEXT);

INSERT INTO class (id, int, errno, stdin, "true") VALUES (1, 7, 1.5, 1, '2.50');
INSERT INTO tag VALUES ('a', NULL), ('b', NULL), ('y', NULL);
INSERT INTO distro (id, name) VALUES (1, 'debian');
INSERT INTO link VALUES (1, 10, 1, 1, 'a'), (2, 20, 1, 1, 'b'), (3, 30, 1, 1, 'a'), (4, 40, 1, 1, NULL);
INSERT INTO upload VALUES ('a', 1, 2, 'b', 1, 1), ('b', 1, 1, NULL, NULL, NULL), ('a', 1, 1, NULL, NULL, NULL);
