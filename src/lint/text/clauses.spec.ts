import { section } from './clauses';
import { quote } from './report-text';

const clauses = (text: string): string[] => section(text).clauses.map((clause) => clause.text);

it.each([
  ['1．左肺结节，约0.5cm。2．右侧积液', ['左肺结节', '约0.5cm', '右侧积液']],
  ['1、骨折；2、积液', ['骨折', '积液']],
  ['（1）骨折（2）积液', ['骨折', '积液']],
  ['①骨折②积液', ['骨折', '积液']],
  ['左侧第1、2肋骨折', ['左侧第1、2肋骨折']],
  ['L4/5.左侧', ['L4/5', '左侧']],
  ['印象：脑疝？积液', ['印象', '脑疝', '积液']],
  ['未 见　异常\r\n正常', ['未见异常', '正常']],
  ['膈下无游离气 小肠多发气液平', ['膈下无游离气', '小肠多发气液平']],
  ['双肺未见明显 异常密度影', ['双肺未见明显异常密度影']],
  ['', []],
])('cuts %s', (text, expected) => expect(clauses(text)).toEqual(expected));

it('quotes a text as it was written, whatever it was compared as', () => {
  const text = section('大小约１.２ ㎝，Ｓｔａｎｆｏｒｄ Ａ型');
  expect(text.text).toBe('大小约1.2cm,Stanford A型');
  expect(quote(text, 3, 8)).toBe('１.２ ㎝');
  expect(quote(text, 9, text.text.length)).toBe('Ｓｔａｎｆｏｒｄ Ａ型');
});
