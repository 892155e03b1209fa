import { useState } from 'react';
import type { ImportReport as Report } from '../../protocol/library';
import { formatPercent } from '../../ui/format';
import { useWords } from '../i18n/use-words';
import { useModels } from './library-context';

type Known = Report | 'none' | 'failed';

/** What became of an imported model's weights, tensor by tensor; read when it is asked for. */
export function ImportReport({ id, name }: { id: string; name: string }) {
  const models = useModels();
  const { models: words } = useWords();
  const [report, setReport] = useState<Known | null>(null);
  const read = async (isOpen: boolean) => {
    if (isOpen && (report === null || report === 'failed')) setReport(await models.report(id));
  };
  return (
    <details className="import-report" onToggle={(event) => void read(event.currentTarget.open)}>
      <summary>
        {words.report} <span className="sr-only">{words.ofModel(name)}</span>
      </summary>
      {report === 'none' && <p className="muted">{words.reportNone}</p>}
      {report === 'failed' && <p className="field-error">{words.reportFailed}</p>}
      {typeof report === 'object' && report && <ReportTable report={report} />}
    </details>
  );
}

function ReportTable({ report: { relativeError, bitsPerWeight, tensors } }: { report: Report }) {
  const { reportColumns: columns, reportSum } = useWords().models;
  return (
    <>
      <p className="muted">{reportSum(bitsPerWeight.toFixed(2), formatPercent(relativeError))}</p>
      <table>
        <thead>
          <tr>
            {Object.entries(columns).map(([key, column]) => (
              <th key={key} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tensors.map(({ tensor, source, formats, bitsPerWeight: bits, relativeError: error }) => (
            <tr key={tensor}>
              <th scope="row">{tensor}</th>
              <td>{source.join(', ')}</td>
              <td>{formats.join(', ')}</td>
              <td>{bits.toFixed(2)}</td>
              <td>{formatPercent(error)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
