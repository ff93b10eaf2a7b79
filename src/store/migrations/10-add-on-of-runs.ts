export const addOnOfRuns = `
  -- The add-on at the time of the run: GitLab keeps the purchase on a change from Duo Pro to Duo Enterprise.
  ALTER TABLE runs ADD COLUMN add_on TEXT;
  UPDATE runs SET add_on = coalesce(
    (
      SELECT before FROM history AS later
      WHERE later.add_on_purchase_id = runs.add_on_purchase_id AND later.user_id IS NULL AND later.change = 'replaced'
        AND later.at > runs.started_at
      ORDER BY later.number LIMIT 1
    ),
    (SELECT add_on FROM add_on_purchases WHERE id = runs.add_on_purchase_id)
  );
`
