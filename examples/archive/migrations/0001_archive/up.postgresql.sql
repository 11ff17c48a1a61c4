-- Names compare as bytes, whatever the database's own collation is: the pages are the same on every backend.
CREATE TABLE distro (
    id bigint PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    title text NOT NULL
);

CREATE TABLE suite (
    id bigint PRIMARY KEY,
    distro_id bigint NOT NULL REFERENCES distro,
    name text COLLATE "C" NOT NULL,
    codename text NOT NULL,
    UNIQUE (distro_id, name)
);

CREATE TABLE person (
    id bigint PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    display_name text NOT NULL
);

CREATE TABLE package (
    id bigint PRIMARY KEY,
    distro_id bigint NOT NULL REFERENCES distro,
    suite_id bigint NOT NULL REFERENCES suite,
    maintainer_id bigint NOT NULL REFERENCES person,
    name text COLLATE "C" NOT NULL,
    version text NOT NULL,
    section text,
    priority text,
    homepage text,
    popularity integer NOT NULL DEFAULT 0,
    UNIQUE (name, distro_id)
);
CREATE INDEX package_popularity ON package (distro_id, popularity DESC, id);
CREATE INDEX package_suite ON package (suite_id, id);
CREATE INDEX package_maintainer ON package (maintainer_id, id);

CREATE TABLE package_uploader (
    package_id bigint NOT NULL REFERENCES package,
    person_id bigint NOT NULL REFERENCES person,
    PRIMARY KEY (package_id, person_id)
);
CREATE INDEX package_uploader_person ON package_uploader (person_id, package_id);

CREATE TABLE binary_package (
    id bigint PRIMARY KEY,
    package_id bigint NOT NULL REFERENCES package,
    name text COLLATE "C" NOT NULL,
    version text,
    architecture text,
    section text,
    priority text,
    description text,
    essential boolean NOT NULL DEFAULT false,
    size bigint,
    installed_size bigint
);
CREATE INDEX binary_package_package ON binary_package (package_id, name);

CREATE TABLE dependency (
    id bigint PRIMARY KEY,
    package_id bigint NOT NULL REFERENCES package,
    binary_id bigint REFERENCES binary_package,
    target_id bigint REFERENCES package,
    kind text COLLATE "C" NOT NULL,
    position integer NOT NULL,
    alternative integer NOT NULL,
    name text COLLATE "C" NOT NULL,
    version_constraint text,
    restriction text
);
CREATE INDEX dependency_package ON dependency (package_id, id);
CREATE INDEX dependency_binary ON dependency (binary_id, id);
CREATE INDEX dependency_target ON dependency (target_id, id);

-- Who needs whom, each pair once: what popularity counts.
CREATE TABLE requirement (
    package_id bigint NOT NULL REFERENCES package,
    target_id bigint NOT NULL REFERENCES package,
    PRIMARY KEY (package_id, target_id)
);
CREATE INDEX requirement_target ON requirement (target_id, package_id);
