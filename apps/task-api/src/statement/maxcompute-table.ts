import type { ExternalTable } from './external-table.js';
import { endpointHost, isAlibaba } from './location.js';
import { partitionLayout } from './partition-layout.js';
import { backquoted, backslashText, lines } from './quoting.js';
import { comments, draftTable, hasPlainFolders, nothingToRead } from './table-draft.js';

const NAME_BYTES_MAX = 128;
const SERDE = 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe';

function nameProblem(name: string): string | null {
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && name.length <= NAME_BYTES_MAX
    ? null
    : `names are a letter, then letters, digits and _, at most ${NAME_BYTES_MAX}; give it another ossColumnName`;
}

/** MaxCompute's external table on OSS; the role is a placeholder. Pure. */
export function maxcomputeTable(table: ExternalTable): string {
  const draft = draftTable(table, { engine: 'maxcompute', nameProblem, foldsCase: true });
  if (draft.columns.length === 0) return nothingToRead(draft);
  const { columns, partitions } = draft;
  const name = backquoted(draft.name);
  const list = columns.map((each) => `  ${backquoted(each.name)} ${each.type}`);
  // As text: a number would lose the zero in front, and with it the folder.
  const keys = partitions.map((each) => `${backquoted(each.name)} STRING`);
  return lines(
    comments([...elsewhere(table), ...(hasPlainFolders(draft) ? UNSURE : []), ...draft.notes]),
    'SET odps.sql.type.system.odps2=true;',
    `CREATE EXTERNAL TABLE IF NOT EXISTS ${name} (\n${list.join(',\n')}\n)`,
    keys.length > 0 && `PARTITIONED BY (${keys.join(', ')})`,
    `ROW FORMAT SERDE '${SERDE}'`,
    "WITH SERDEPROPERTIES ('odps.properties.rolearn'='<ARN of a role that reads the bucket>')",
    'STORED AS PARQUET',
    `LOCATION ${backslashText(location(table))};`,
    keys.length > 0 && `MSCK REPAIR TABLE ${name} ADD PARTITIONS;`,
  );
}

const UNSURE = [
  'Whether MaxCompute reads folders below the location of such a table was not tried.',
];

/** MaxCompute names the endpoint in the location, and reaches OSS by its internal one. */
function location({ config }: ExternalTable): string {
  const host = isAlibaba(config)
    ? endpointHost(config)?.replace(
        /^(oss-[a-z0-9-]+?)(-internal)?\.aliyuncs/i,
        '$1-internal.aliyuncs',
      )
    : '<endpoint of OSS>';
  const folder = partitionLayout(config.ossPrefix).location;
  return `oss://${host}/${config.ossBucket}/${folder === '' ? '' : `${folder}/`}`;
}

function elsewhere({ config }: ExternalTable): string[] {
  return isAlibaba(config) ? [] : ['MaxCompute reads OSS only; name the endpoint of the bucket.'];
}
