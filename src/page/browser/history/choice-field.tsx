interface ChoiceFieldProps<Value extends string> {
  title: string
  /** Title of the choice that filters nothing. */
  all: string
  choices: Readonly<Record<Value, string>>
  value: Value | null
  onValue(value: Value | null): void
}

export function ChoiceField<Value extends string>({
  title,
  all,
  choices,
  value,
  onValue,
}: ChoiceFieldProps<Value>) {
  return (
    <label class="field">
      <span>{title}</span>
      <select value={value ?? ''} onChange={(event) => onValue((event.currentTarget.value as Value) || null)}>
        <option value="">{all}</option>
        {Object.entries<string>(choices).map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
