// Tests speak English and write dates as in Britain, whatever machine they run on.

Object.defineProperty(navigator, 'languages', { value: ['en-GB', 'en'], configurable: true });
