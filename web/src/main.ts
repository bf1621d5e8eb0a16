import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/canvas.css';
import './styles/panels.css';
import './styles/author.css';
import './styles/annotations.css';
import './styles/minimap.css';
import './styles/views.css';
import { app } from './app';
import { batches } from './batches';
import './components/app-shell';

app.start();
batches.resume();
