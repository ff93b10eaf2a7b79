export const lastHolders = `
  -- The holders of an add-on when its last purchase ended, or became one of the other add-on. A sync removes their seats.
  CREATE TABLE last_holders (
    add_on TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users,
    PRIMARY KEY (add_on, user_id)
  ) STRICT, WITHOUT ROWID;
  INSERT OR IGNORE INTO last_holders
  SELECT add_on, user_id FROM add_on_purchases JOIN seats ON add_on_purchase_id = id WHERE gone_at IS NOT NULL;
`
