-- By which people choose clusters for apps and environments. environment.only_on and app.cluster are
-- names, or labels such as region=eu,size=large.
ALTER TABLE cluster ADD COLUMN labels json NOT NULL DEFAULT '{}';
