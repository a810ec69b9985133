import type { TableDescription } from '@lakeferry/contracts';
import type { TableDescription as CatalogTable } from '@lakeferry/postgres';

/** A table as task-api gets it: the columns that can be delivered. Pure. */
export function toContract(table: CatalogTable): TableDescription {
  return {
    table: table.table,
    oid: table.oid,
    columns: table.columns
      .filter((column) => column.deliverable)
      .map((column) => ({
        name: column.name,
        type: column.type,
        sqlType: column.sqlType,
        precision: column.precision,
        scale: column.scale,
        notNull: column.notNull,
        generated: column.generated !== 'no',
      })),
    key: [...table.keyColumns],
  };
}
