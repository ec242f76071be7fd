import type { AllowFault, UrlFault } from '../webhook';

/** What is wrong with a URL, for the person who registers it. */
export const URL_PROBLEMS: Readonly<Record<UrlFault, string>> = {
  url_length: '地址过长',
  url_characters: '地址含有不允许的字符',
  url_syntax: '不是有效的网址',
  url_scheme: '协议须为允许地址中登记的 https 或 http',
  url_credentials: '地址中不能带用户名或密码',
  url_fragment: '地址中不能带 # 片段',
  url_host_unicode: '主机名须用 ASCII（中文域名用 xn-- 形式）',
  url_host_notation: '主机须用通常写法（如 10.20.3.7），不能用变形写法',
  url_host: '主机名无效',
  url_port: '端口不在允许地址中，或属禁用端口',
  url_address: '该地址属内部或保留网段，未在允许地址中按网段登记',
  url_not_allowed: '主机不在该机构的允许地址中',
};

/** The same for an entry of the allow-list. */
export const ALLOW_PROBLEMS: Readonly<Record<AllowFault, string>> = {
  allow_scheme: '协议须为 https 或 http',
  allow_host: '主机须为小写域名或 IP 地址，不支持通配符',
  allow_ports: '端口无效或属禁用端口',
  allow_networks: '网段须为 CIDR 写法（如 10.20.0.0/16）；不填主机时至少要有一个网段',
  allow_too_wide: '网段过宽：IPv4 前缀不得短于 /8，IPv6 不得短于 /16',
  allow_metadata: '不得登记云平台元数据地址（如 169.254.169.254）',
  allow_clear_text:
    'http 明文只能用于内网：须登记网段或 IP，且全部在内网范围内（如 10.0.0.0/8、172.16.0.0/12、192.168.0.0/16）',
};
