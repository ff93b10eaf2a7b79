import { foldColumn } from '../../domain/reject-columns.ts'

export type KnownKind = 'username' | 'email' | 'user_id'

export interface KnownColumn {
  kind: KnownKind
  /** 0 is the best name. A column counts if none of its kind has a better name. */
  rank: number
}

/** English names, then German, French, Spanish, Portuguese and Japanese ones. The best names of a kind come first. */
const names: Record<KnownKind, readonly (readonly string[])[]> = {
  username: [
    ['GitLab username', 'GitLab user', 'GitLab login'],
    [
      ...['username', 'Benutzername', "nom d'utilisateur", 'nombre de usuario'],
      ...['nome de usuário', 'nome de utilizador', 'ユーザー名', 'ユーザ名'],
    ],
    [
      ...['user', 'login', 'login name', 'user login', 'handle', 'Handle or email', 'sAMAccountName'],
      ...['Benutzer', 'Nutzername', 'Anmeldename', 'utilisateur', 'nom de connexion'],
      ...['usuario', 'usuário', 'utilizador', 'ログイン名'],
    ],
  ],
  email: [
    ['GitLab email', 'GitLab email address'],
    [
      ...['email', 'E-Mail-Adresse', 'courriel', 'adresse e-mail', 'adresse électronique'],
      ...['correo electrónico', 'correo', 'dirección de correo electrónico', 'endereço de e-mail'],
      ...['correio eletrônico', 'correio eletrónico', 'メールアドレス', 'Eメール', '電子メール'],
    ],
    [
      ...['email address', 'mail', 'mail address', 'work email', 'work email address', 'primary email'],
      ...['primary email address', 'primary work email', 'email - primary work', 'company email'],
      ...['business email', 'Mailadresse', 'adresse mail', 'dirección de correo', 'メール'],
    ],
    [
      ...['user principal name', 'UPN', 'Benutzerprinzipalname', "nom d'utilisateur principal"],
      ...['nom principal de l’utilisateur', 'nombre principal de usuario', 'nome principal do usuário'],
      ...['nome principal do utilizador', 'ユーザー プリンシパル名'],
    ],
  ],
  user_id: [['GitLab user ID', 'GitLab ID'], ['user ID']],
}

/** Google Workspace adds notes such as `[Required]` to its names. */
const bracketedNote = /\s*\[[^\]]*\]\s*$/

function foldKnownName(name: string): string {
  return foldColumn(name.normalize('NFC').replace(bracketedNote, '').replaceAll('’', "'"))
}

const knownColumns = new Map<string, KnownColumn>()
for (const [kind, ranks] of Object.entries(names) as [KnownKind, string[][]][])
  for (const [rank, sameRank] of ranks.entries())
    for (const name of sameRank) knownColumns.set(foldKnownName(name), { kind, rank })

/** Null for a name that is not known, or that other systems use for something else, such as `Name` or `Id`. */
export function findKnownColumn(name: string): KnownColumn | null {
  return knownColumns.get(foldKnownName(name)) ?? null
}
