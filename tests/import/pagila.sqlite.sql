-- The same for SQLite, in the manner of its conversions.
CREATE TABLE language (language_id SMALLINT NOT NULL PRIMARY KEY, name CHAR(20) NOT NULL, last_update TIMESTAMP NOT NULL);
CREATE TABLE film (film_id INT NOT NULL PRIMARY KEY, title VARCHAR(255) NOT NULL, description BLOB SUB_TYPE TEXT DEFAULT NULL,
    release_year VARCHAR(4), language_id SMALLINT NOT NULL REFERENCES language, original_language_id SMALLINT
    REFERENCES language, rental_rate DECIMAL(4,2) DEFAULT 4.99 NOT NULL, rating VARCHAR(10), last_update TIMESTAMP NOT NULL);
CREATE INDEX idx_fk_language_id ON film (language_id);
CREATE INDEX idx_fk_original_language_id ON film (original_language_id);
CREATE TABLE actor (actor_id numeric NOT NULL PRIMARY KEY, first_name VARCHAR(45) NOT NULL, last_name VARCHAR(45) NOT NULL);
CREATE TABLE film_actor (actor_id INT NOT NULL REFERENCES actor, film_id INT NOT NULL REFERENCES Film (FILM_ID),
    last_update TIMESTAMP NOT NULL, PRIMARY KEY (actor_id, film_id));
CREATE INDEX idx_fk_film_actor_film ON film_actor (film_id);
CREATE TABLE screening (film_id INT NOT NULL REFERENCES film, number INT NOT NULL, seats, PRIMARY KEY (film_id, number));
CREATE TABLE seat (film_id INT NOT NULL, number INT NOT NULL, place TEXT NOT NULL,
    PRIMARY KEY (film_id, number, place), FOREIGN KEY (film_id, number) REFERENCES screening (film_id, number));
CREATE VIEW film_list AS SELECT film_id, title FROM film;
CREATE VIRTUAL TABLE film_text USING fts5(title, description);

INSERT INTO language VALUES (1, 'English', '2024-01-01 00:00:00');
INSERT INTO film VALUES (1, 'ACADEMY DINOSAUR', 'An epic', 2006, 1, NULL, 0.99, 'PG-13', '2024-01-01 00:00:00.000');
INSERT INTO actor VALUES (1, 'PENELOPE', 'GUINESS');
INSERT INTO film_actor VALUES (1, 1, '2024-01-01 00:00:00');
INSERT INTO screening VALUES (1, 7, 2);
INSERT INTO seat VALUES (1, 7, 'A1'), (1, 7, 'A2');
