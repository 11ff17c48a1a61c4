-- A film rental in the manner of Pagila: enums, domains, arrays, full text, partitions, views, composite keys, a
-- second schema.
CREATE SCHEMA archive;
CREATE TYPE mpaa_rating AS ENUM ('G', 'PG', 'PG-13', 'R', 'NC-17');
CREATE DOMAIN year AS integer CHECK (VALUE >= 1901 AND VALUE <= 2155);
CREATE DOMAIN bigint_pk AS bigint NOT NULL;
CREATE TABLE language (
    language_id serial PRIMARY KEY,
    name character(20) NOT NULL,
    last_update timestamptz DEFAULT now() NOT NULL
);
CREATE TABLE film (
    film_id serial PRIMARY KEY,
    title text NOT NULL,
    description text,
    release_year year,
    language_id integer NOT NULL REFERENCES language,
    original_language_id integer REFERENCES language,
    rental_duration smallint DEFAULT 3 NOT NULL,
    rental_rate numeric(4, 2) DEFAULT 4.99 NOT NULL,
    length smallint,
    rating mpaa_rating DEFAULT 'G',
    last_update timestamptz DEFAULT now() NOT NULL,
    special_features text[],
    fulltext tsvector NOT NULL
);
CREATE INDEX idx_fk_language_id ON film (language_id);
CREATE INDEX idx_fk_original_language_id ON film (original_language_id);
CREATE TABLE actor (
    actor_id serial PRIMARY KEY,
    first_name text NOT NULL,
    last_name text NOT NULL,
    last_update timestamptz DEFAULT now() NOT NULL
);
CREATE TABLE film_actor (
    actor_id integer NOT NULL REFERENCES actor,
    film_id integer NOT NULL REFERENCES film,
    last_update timestamptz DEFAULT now() NOT NULL,
    PRIMARY KEY (actor_id, film_id)
);
CREATE INDEX idx_fk_film_id ON film_actor (film_id);
CREATE TABLE category (category_id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE film_category (
    film_id integer NOT NULL REFERENCES film,
    category_id integer NOT NULL REFERENCES category,
    PRIMARY KEY (film_id, category_id)
);
CREATE TABLE country (country_id serial PRIMARY KEY, country text NOT NULL);
CREATE TABLE city (
    city_id serial PRIMARY KEY,
    city text NOT NULL,
    country_id integer NOT NULL REFERENCES country
);
CREATE INDEX idx_fk_country_id ON city (country_id);
CREATE TABLE address (
    address_id serial PRIMARY KEY,
    address text NOT NULL,
    city_id integer NOT NULL REFERENCES city,
    phone text NOT NULL
);
CREATE INDEX idx_fk_city_id ON address (city_id);
CREATE TABLE store (
    store_id serial PRIMARY KEY,
    manager_staff_id integer NOT NULL,
    address_id integer NOT NULL REFERENCES address
);
CREATE UNIQUE INDEX idx_unq_manager_staff_id ON store (manager_staff_id);
CREATE TABLE staff (
    staff_id serial PRIMARY KEY,
    first_name text NOT NULL,
    last_name text NOT NULL,
    store_id integer NOT NULL REFERENCES store,
    active boolean DEFAULT true NOT NULL,
    picture bytea
);
ALTER TABLE store ADD FOREIGN KEY (manager_staff_id) REFERENCES staff;
CREATE TABLE inventory (
    inventory_id serial PRIMARY KEY,
    film_id integer NOT NULL REFERENCES film,
    store_id integer NOT NULL REFERENCES store
);
CREATE INDEX idx_store_id_film_id ON inventory (store_id, film_id);
CREATE TABLE rental (
    rental_id bigint_pk PRIMARY KEY,
    rental_period tstzrange NOT NULL,
    inventory_id integer NOT NULL REFERENCES inventory,
    staff_id integer NOT NULL REFERENCES staff
);
CREATE INDEX idx_fk_inventory_id ON rental (inventory_id);
CREATE TABLE payment (
    payment_id integer NOT NULL,
    rental_id bigint NOT NULL REFERENCES rental,
    amount numeric(5, 2) NOT NULL,
    payment_date timestamptz NOT NULL,
    PRIMARY KEY (payment_date, payment_id)
) PARTITION BY RANGE (payment_date);
CREATE TABLE payment_p2024 PARTITION OF payment FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE screening (
    store_id integer NOT NULL REFERENCES store,
    number integer NOT NULL,
    film_id integer NOT NULL REFERENCES film,
    seats integer NOT NULL,
    PRIMARY KEY (store_id, number)
);
CREATE INDEX ON screening (film_id);
CREATE TABLE seat (
    store_id integer NOT NULL,
    screening_number integer NOT NULL,
    seat_row char(1) NOT NULL,
    place integer NOT NULL,
    PRIMARY KEY (store_id, screening_number, seat_row, place),
    FOREIGN KEY (store_id, screening_number) REFERENCES screening (store_id, number)
);
CREATE VIEW film_list AS SELECT film_id, title FROM film;
CREATE MATERIALIZED VIEW rental_by_category AS SELECT 1 AS n;
CREATE TABLE archive.film (
    film_id integer PRIMARY KEY,
    title text NOT NULL,
    current_film_id integer REFERENCES public.film
);

INSERT INTO language VALUES (1, 'English');
INSERT INTO film VALUES (1, 'ACADEMY DINOSAUR', 'An epic', 2006, 1, NULL, 6, 0.99, 86, 'PG-13', '2024-01-01',
    '{"Deleted Scenes"}', to_tsvector('simple', 'academy dinosaur'));
INSERT INTO actor VALUES (1, 'PENELOPE', 'GUINESS');
INSERT INTO film_actor VALUES (1, 1);
INSERT INTO category VALUES (1, 'Action');
INSERT INTO film_category VALUES (1, 1);
INSERT INTO country VALUES (1, 'Norway');
INSERT INTO city VALUES (1, 'Bergen', 1);
INSERT INTO address VALUES (1, 'Bryggen 1', 1, '1');
ALTER TABLE store DISABLE TRIGGER ALL;
INSERT INTO store VALUES (1, 1, 1);
ALTER TABLE store ENABLE TRIGGER ALL;
INSERT INTO staff VALUES (1, 'Mike', 'Hill', 1, true, '\x89');
INSERT INTO inventory VALUES (1, 1, 1);
INSERT INTO rental VALUES (1, '[2024-01-01, 2024-01-05)', 1, 1);
INSERT INTO payment VALUES (1, 1, 2.99, '2024-01-02');
INSERT INTO screening VALUES (1, 7, 1, 2);
INSERT INTO seat VALUES (1, 7, 'A', 1), (1, 7, 'A', 2);
INSERT INTO archive.film VALUES (1, 'OLD', 1);
