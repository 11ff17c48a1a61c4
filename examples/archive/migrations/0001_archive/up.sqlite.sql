-- Text compares as bytes (BINARY), as it does in the tables for PostgreSQL. Every index ends in the rowid, which is the id.
CREATE TABLE distro (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL
);

CREATE TABLE suite (
    id INTEGER PRIMARY KEY,
    distro_id BIGINT NOT NULL REFERENCES distro,
    name TEXT NOT NULL,
    codename TEXT NOT NULL,
    UNIQUE (distro_id, name)
);

CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL
);

CREATE TABLE package (
    id INTEGER PRIMARY KEY,
    distro_id BIGINT NOT NULL REFERENCES distro,
    suite_id BIGINT NOT NULL REFERENCES suite,
    maintainer_id BIGINT NOT NULL REFERENCES person,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    section TEXT,
    priority TEXT,
    homepage TEXT,
    popularity INTEGER NOT NULL DEFAULT 0,
    UNIQUE (name, distro_id)
);
CREATE INDEX package_popularity ON package (distro_id, popularity DESC);
CREATE INDEX package_suite ON package (suite_id);
CREATE INDEX package_maintainer ON package (maintainer_id);

CREATE TABLE package_uploader (
    package_id BIGINT NOT NULL REFERENCES package,
    person_id BIGINT NOT NULL REFERENCES person,
    PRIMARY KEY (package_id, person_id)
) WITHOUT ROWID;
CREATE INDEX package_uploader_person ON package_uploader (person_id, package_id);

CREATE TABLE binary_package (
    id INTEGER PRIMARY KEY,
    package_id BIGINT NOT NULL REFERENCES package,
    name TEXT NOT NULL,
    version TEXT,
    architecture TEXT,
    section TEXT,
    priority TEXT,
    description TEXT,
    essential BOOLEAN NOT NULL DEFAULT false,
    size BIGINT,
    installed_size BIGINT
);
CREATE INDEX binary_package_package ON binary_package (package_id, name);

CREATE TABLE dependency (
    id INTEGER PRIMARY KEY,
    package_id BIGINT NOT NULL REFERENCES package,
    binary_id BIGINT REFERENCES binary_package,
    target_id BIGINT REFERENCES package,
    kind TEXT NOT NULL,
    position INTEGER NOT NULL,
    alternative INTEGER NOT NULL,
    name TEXT NOT NULL,
    version_constraint TEXT,
    restriction TEXT
);
CREATE INDEX dependency_package ON dependency (package_id);
CREATE INDEX dependency_binary ON dependency (binary_id);
CREATE INDEX dependency_target ON dependency (target_id);

-- Who needs whom, each pair once: what popularity counts.
CREATE TABLE requirement (
    package_id BIGINT NOT NULL REFERENCES package,
    target_id BIGINT NOT NULL REFERENCES package,
    PRIMARY KEY (package_id, target_id)
) WITHOUT ROWID;
CREATE INDEX requirement_target ON requirement (target_id, package_id);
