-- The tables of the occurrence page.

CREATE TABLE project (
    id   bigint PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE deployment (
    id         bigint PRIMARY KEY,
    project_id bigint NOT NULL REFERENCES project (id),
    name       text NOT NULL
);
CREATE INDEX deployment_project ON deployment (project_id);

CREATE TABLE event (
    id            bigint PRIMARY KEY,
    deployment_id bigint NOT NULL REFERENCES deployment (id),
    name          text NOT NULL,
    started_at    timestamptz NOT NULL
);
CREATE INDEX event_deployment ON event (deployment_id);

CREATE TABLE taxon (
    id   bigint PRIMARY KEY,
    name text NOT NULL,
    rank text NOT NULL
);

CREATE TABLE algorithm (
    id   bigint PRIMARY KEY,
    name text NOT NULL UNIQUE
);

CREATE TABLE person (
    id   bigint PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE occurrence (
    id                  bigint PRIMARY KEY,
    project_id          bigint NOT NULL REFERENCES project (id),
    deployment_id       bigint REFERENCES deployment (id),
    event_id            bigint REFERENCES event (id),
    taxon_id            bigint REFERENCES taxon (id),
    determination_score double precision,
    created_at          timestamptz NOT NULL
);
CREATE INDEX occurrence_page ON occurrence (project_id, created_at DESC, id DESC);

CREATE TABLE detection (
    id            bigint PRIMARY KEY,
    occurrence_id bigint NOT NULL REFERENCES occurrence (id),
    path          text,
    "timestamp"   timestamptz
);
CREATE INDEX detection_occurrence ON detection (occurrence_id);

CREATE TABLE classification (
    id           bigint PRIMARY KEY,
    detection_id bigint NOT NULL REFERENCES detection (id),
    taxon_id     bigint NOT NULL REFERENCES taxon (id),
    algorithm_id bigint NOT NULL REFERENCES algorithm (id),
    score        double precision,
    terminal     boolean NOT NULL
);
CREATE INDEX classification_detection ON classification (detection_id);

CREATE TABLE identification (
    id            bigint PRIMARY KEY,
    occurrence_id bigint NOT NULL REFERENCES occurrence (id),
    taxon_id      bigint REFERENCES taxon (id),
    user_id       bigint NOT NULL REFERENCES person (id),
    withdrawn     boolean NOT NULL,
    created_at    timestamptz NOT NULL
);
CREATE INDEX identification_occurrence ON identification (occurrence_id);
