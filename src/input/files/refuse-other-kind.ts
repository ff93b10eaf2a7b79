import { UserError } from '../../errors.ts'

interface FileKind {
  name: string
  isKind: (start: Buffer) => boolean
  hint: string
}

const startsWith = (...bytes: number[]) => {
  const mark = Buffer.from(bytes)
  return (start: Buffer) => start.subarray(0, mark.length).equals(mark)
}

const isZip = startsWith(0x50, 0x4b, 0x03, 0x04)

/** A ZIP contains the names of its files, and LibreOffice its type, without compression. */
const isZipWith = (text: string) => (start: Buffer) => isZip(start) && start.includes(text)

const saveFromExcel =
  'In Excel, choose "Save As" and "CSV UTF-8 (Comma delimited)". Then run the command with that file.'

/** The first kind that fits counts. */
const kinds: readonly FileKind[] = [
  {
    name: 'a LibreOffice spreadsheet',
    isKind: isZipWith('opendocument.spreadsheet'),
    hint: 'In LibreOffice, choose "Save As" and "Text CSV" with the character set UTF-8. Then run the command with that file.',
  },
  { name: 'an Excel workbook', isKind: isZipWith('[Content_Types].xml'), hint: saveFromExcel },
  { name: 'an Excel workbook', isKind: isZipWith('xl/'), hint: saveFromExcel },
  {
    name: 'an Excel workbook',
    isKind: startsWith(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
    hint: saveFromExcel,
  },
  {
    name: 'a ZIP archive or a workbook',
    isKind: isZip,
    hint: 'Unpack it, or save the workbook as "CSV UTF-8".',
  },
  { name: 'compressed with gzip', isKind: startsWith(0x1f, 0x8b, 0x08), hint: 'Unpack it with gunzip.' },
]

/**
 * Refuses a file that is known not to be text.
 *
 * @param start the first chunk of the file
 */
export function refuseOtherKind(label: string, start: Uint8Array): void {
  const bytes = Buffer.from(start)
  const kind = kinds.find(({ isKind }) => isKind(bytes))
  if (kind !== undefined)
    throw new UserError('usage', `${label} is ${kind.name}, not a text file.`, kind.hint)
}
